import type { Router } from "@bincard/api";
import type { QueryClient, QueryKey, UseMutationOptions } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { type Adjust, adjusted, changeOf, differencesOf } from "./adjustment.ts";
import type { Bincard, KeyedInput } from "./client.ts";
import { makeIdempotencyKey } from "./idempotency.ts";
import type { OutputOf } from "./operations.ts";

export type { Adjust } from "./adjustment.ts";

interface Over {
  readonly client: Bincard;
  readonly queryClient: QueryClient;
}

/** `queryOptions()` and the rest for every operation, from tRPC's own proxy: `queries(…).counts.list.queryOptions({})`. */
export function bincardQueries({ client, queryClient }: Over): TRPCOptionsProxy<Router> {
  return createTRPCOptionsProxy<Router>({ client: client.trpc, queryClient });
}

type CountsPage = OutputOf<"counts.list">;
/** What the cache held before an adjustment was shown. */
type Before = readonly (readonly [QueryKey, CountsPage | undefined])[];

/**
 * Mutation options of an adjustment that shows in every cached page of counts at once, and is taken back when
 * the ledger refuses it. TanStack Query runs a mutation again when it retries: each call to `mutate` has one
 * idempotency key all the same, for it belongs to the variables (L6).
 */
export function adjustOptions({
  client,
  queryClient,
}: Over): UseMutationOptions<OutputOf<"changes.create">, Error, Adjust, Before> {
  const sent = new WeakMap<Adjust, KeyedInput<"changes.create">>();
  const inputOf = (adjust: Adjust) => {
    const known = sent.get(adjust);
    const input = known ?? {
      idempotencyKey: makeIdempotencyKey(),
      changes: [changeOf(adjust)],
    };
    sent.set(adjust, input);
    return input;
  };
  const { counts } = bincardQueries({ client, queryClient });
  const filters = [counts.list.pathFilter(), counts.ofObject.pathFilter()];
  return {
    mutationFn: (adjust) => client.changes.create(inputOf(adjust)),
    async onMutate(adjust) {
      await Promise.all(filters.map((filter) => queryClient.cancelQueries(filter)));
      const before = filters.flatMap((filter) => queryClient.getQueriesData<CountsPage>(filter));
      for (const filter of filters)
        queryClient.setQueriesData<CountsPage>(filter, (page) => page && shown(page, adjust));
      return before;
    },
    onError(_error, _adjust, before) {
      for (const [key, page] of before ?? []) queryClient.setQueryData(key, page);
    },
    onSettled: async () => {
      await Promise.all(filters.map((filter) => queryClient.invalidateQueries(filter)));
    },
  };
}

function shown(page: CountsPage, adjust: Adjust): CountsPage {
  const differences = differencesOf(adjust);
  return {
    ...page,
    counts: page.counts.map((count) => {
      const isOfIt =
        count.catalogObjectId === adjust.catalogObjectId && count.locationId === adjust.locationId;
      const difference = differences.find(({ state }) => isOfIt && state === count.state);
      return difference === undefined
        ? count
        : { ...count, quantity: adjusted(count.quantity, difference) };
    }),
  };
}
