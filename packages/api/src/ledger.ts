import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { verify } = operations.ledger;

export const ledger = router({
  verify: procedure(verify).query(({ ctx: { ledger, principal }, input }) =>
    ledger.ledger.verify(principal, input),
  ),
});
