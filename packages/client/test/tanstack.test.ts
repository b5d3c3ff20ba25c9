import { adjustAction, countKey, countsCollection } from "@bincard/client/tanstack-db";
import { adjustOptions, bincardQueries } from "@bincard/client/tanstack-query";
import { createCollection } from "@tanstack/db";
import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { expect, onTestFinished, test } from "vitest";
import { fair, lostAnswer, makeShelf, onHand, openStage, received, under } from "./stage.ts";

const SALE = { fromState: "IN_STOCK", toState: "SOLD", quantity: "2" } as const;

test("L6: TanStack Query runs a mutation again: one key, one effect", async () => {
  const stage = await openStage();
  const shelf = await makeShelf(stage.client());
  await stage.client().changes.create({ changes: [received(shelf, "10")] });
  const sky = under(stage.fetch, lostAnswer, lostAnswer, fair);
  const client = stage.client({ fetch: sky.fetch, retry: { attempts: 1 } });
  const queryClient = new QueryClient();
  onTestFinished(() => queryClient.clear());
  const options = { ...adjustOptions({ client, queryClient }), retry: 5, retryDelay: 0 };
  await new MutationObserver(queryClient, options).mutate({ ...SALE, ...shelf });
  expect(sky.sent).toHaveLength(3);
  expect(new Set(sky.sent).size).toBe(1);
  expect(await onHand(stage.client(), shelf)).toBe("8");
});

test("what was shown is taken back when the ledger refuses", async () => {
  const stage = await openStage();
  const client = stage.client();
  const shelf = await makeShelf(client);
  await client.changes.create({ changes: [received(shelf, "10")] });
  const queryClient = new QueryClient();
  onTestFinished(() => queryClient.clear());
  const { queryKey, ...query } = bincardQueries({ client, queryClient }).counts.list.queryOptions(
    {},
  );
  await queryClient.fetchQuery({ queryKey, ...query });
  const quantity = () => queryClient.getQueryData(queryKey)?.counts[0]?.quantity;
  const mutation = new MutationObserver(queryClient, adjustOptions({ client, queryClient }));
  const selling = mutation.mutate({ ...SALE, ...shelf, locationId: "NOWHERE" });
  await expect(selling).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(quantity()).toBe("10");
});

test("a collection shows what it found and what comes, and reports a token that has ended", async () => {
  const stage = await openStage();
  const admin = stage.client();
  const shelf = await makeShelf(admin);
  await admin.changes.create({ changes: [received(shelf, "10")] });
  const { token, info } = await admin.tokens.create({
    application: { name: "Screen" },
    scopes: ["INVENTORY_READ", "INVENTORY_WRITE"],
  });
  const client = stage.client({ token });
  const collection = createCollection(countsCollection({ client }));
  onTestFinished(() => collection.cleanup());
  await collection.preload();
  const key = countKey({ ...shelf, state: "IN_STOCK" });
  expect(collection.get(key)?.quantity).toBe("10");
  const { position } = await admin.changes.create({ changes: [received(shelf, "1")] });
  await collection.utils.waitFor(position);
  expect(collection.get(key)?.quantity).toBe("11");
  const sold = adjustAction({ client, collection })({ ...SALE, ...shelf });
  expect(collection.get(key)?.quantity).toBe("9");
  await sold.isPersisted.promise;
  expect(collection.get(key)?.quantity).toBe("9");
  await admin.tokens.revoke({ id: info.id });
  while (collection.status !== "error") await new Promise((wake) => setTimeout(wake, 10));
});
