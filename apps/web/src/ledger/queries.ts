import { isBincardError } from "@bincard/client";
import { bincardQueries } from "@bincard/client/tanstack-query";
import { FAILURES } from "@bincard/contracts/failure";
import { QueryClient } from "@tanstack/react-query";
import { failuresOf } from "../failures.tsx";
import { bincard } from "./client.ts";

/** tRPC's own calls are asked again here; those of the client have been already. */
function isWorthAnother(attempt: number, error: Error): boolean {
  if (isBincardError(error) || attempt >= 3) return false;
  const [first] = failuresOf(error);
  return first === undefined || FAILURES[first.code].retryable;
}

export const queryClient: QueryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: isWorthAnother, staleTime: 30_000, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});

/** `queries.locations.list.queryOptions({})` and the rest, for every operation. */
export const queries = bincardQueries({ client: bincard, queryClient });
