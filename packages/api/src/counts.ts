import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { list, ofObject } = operations.counts;

export const counts = router({
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.counts.list(principal, input),
  ),
  ofObject: procedure(ofObject).query(({ ctx: { ledger, principal }, input }) =>
    ledger.counts.ofObject(principal, input),
  ),
});
