import { operations } from "@bincard/contracts";
import { checkedProcedure, router } from "./procedure.ts";

const { create, get, list, update, rotateKey, test, deliveries, delivery, replay } =
  operations.webhooks;

export const webhooks = router({
  create: checkedProcedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.create(principal, input),
  ),
  get: checkedProcedure(get).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.get(principal, input),
  ),
  list: checkedProcedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.list(principal, input),
  ),
  update: checkedProcedure(update).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.update(principal, input),
  ),
  delete: checkedProcedure(operations.webhooks.delete).mutation(
    ({ ctx: { ledger, principal }, input }) => ledger.webhooks.delete(principal, input),
  ),
  rotateKey: checkedProcedure(rotateKey).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.rotateKey(principal, input),
  ),
  test: checkedProcedure(test).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.test(principal, input),
  ),
  deliveries: checkedProcedure(deliveries).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.deliveries(principal, input),
  ),
  delivery: checkedProcedure(delivery).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.delivery(principal, input),
  ),
  replay: checkedProcedure(replay).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.replay(principal, input),
  ),
});
