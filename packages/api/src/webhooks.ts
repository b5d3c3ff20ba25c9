import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { create, get, list, update, rotateKey, test, deliveries, delivery, replay } =
  operations.webhooks;

export const webhooks = router({
  create: procedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.create(principal, input),
  ),
  get: procedure(get).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.get(principal, input),
  ),
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.list(principal, input),
  ),
  update: procedure(update).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.update(principal, input),
  ),
  delete: procedure(operations.webhooks.delete).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.delete(principal, input),
  ),
  rotateKey: procedure(rotateKey).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.rotateKey(principal, input),
  ),
  test: procedure(test).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.test(principal, input),
  ),
  deliveries: procedure(deliveries).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.deliveries(principal, input),
  ),
  delivery: procedure(delivery).query(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.delivery(principal, input),
  ),
  replay: procedure(replay).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.webhooks.replay(principal, input),
  ),
});
