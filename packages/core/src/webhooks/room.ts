import { type Ledger, type Operation, operations, type Principal } from "@bincard/contracts";
import { guard } from "../guard.ts";
import type { Connections, Pools } from "../store/connect.ts";
import { getDelivery, listDeliveries } from "./deliveries.ts";
import type { Desk } from "./desk.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { replayDeliveries } from "./replay.ts";
import {
  type AskedBy,
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  rotateKey,
  updateSubscription,
} from "./subscriptions.ts";
import { tryOut } from "./try-out.ts";

interface Parts {
  readonly pools: Pools;
  readonly desk: Desk;
  readonly dispatcher: Dispatcher | undefined;
}

type Verb<Input, Output> = (on: Connections, desk: Desk, asked: AskedBy<Input>) => Promise<Output>;

/** The operations on webhooks; what they queue is looked for at once. */
export function webhooksRoom({ pools, desk, dispatcher }: Parts): Ledger["webhooks"] {
  const over = <Input, Output>(operation: Operation, verb: Verb<Input, Output>) =>
    guard(
      operation,
      ({ merchantId }) => pools.of(merchantId),
      async (on: Connections, principal: Principal, input: Input) => {
        const answer = await verb(on, desk, { principal, input });
        if (operation.kind === "mutation") dispatcher?.nudge(principal.merchantId);
        return answer;
      },
    );
  const { webhooks } = operations;
  return {
    create: over(webhooks.create, createSubscription),
    get: over(webhooks.get, getSubscription),
    list: over(webhooks.list, listSubscriptions),
    update: over(webhooks.update, updateSubscription),
    delete: over(webhooks.delete, deleteSubscription),
    rotateKey: over(webhooks.rotateKey, rotateKey),
    test: over(webhooks.test, tryOut),
    deliveries: over(webhooks.deliveries, listDeliveries),
    delivery: over(webhooks.delivery, getDelivery),
    replay: over(webhooks.replay, replayDeliveries),
  };
}
