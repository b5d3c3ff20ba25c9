// Typed query options of every operation, and an adjustment that shows at once, with TanStack Query. Needs a running
// server and, from the environment, BINCARD_URL and BINCARD_TOKEN; what it prints is in tanstack-query.out.
import { createBincard } from "@bincard/client";
import { adjustOptions, bincardQueries } from "@bincard/client/tanstack-query";
import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { openShop } from "./shop.ts";

const client = createBincard({
  url: process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100",
  token: process.env["BINCARD_TOKEN"] ?? "",
});
const { locationId, receive } = await openShop(client, { TEA: "Tea" });
await receive("TEA", "12");

// What a component does with useQuery and useMutation, without the component.
const queryClient = new QueryClient();
const queries = bincardQueries({ client, queryClient });
const options = queries.counts.ofObject.queryOptions({ catalogObjectId: "TEA" });
const query = new QueryObserver(queryClient, options);
const leave = query.subscribe(() => undefined);
await query.refetch();
const show = (when: string) => {
  const page = queryClient.getQueryData(options.queryKey);
  console.log(`${when}: ${page?.counts[0]?.quantity ?? "none"}`);
};
show("at first");

const mutation = new MutationObserver(queryClient, adjustOptions({ client, queryClient }));
const sale = {
  catalogObjectId: "TEA",
  locationId,
  fromState: "IN_STOCK",
  toState: "SOLD",
} as const;
const selling = mutation.mutate({ ...sale, quantity: "2.5" });
await new Promise((resolve) => setTimeout(resolve, 0));
show("sold, not yet answered");
await selling;
show("answered");

const impossible = { ...sale, quantity: "1", occurredAt: "2999-01-01T00:00:00Z" };
const refused = mutation.mutate(impossible).catch(() => "refused");
await new Promise((resolve) => setTimeout(resolve, 0));
show("an impossible sale");
console.log(await refused);
show("taken back");
leave();
queryClient.clear();
