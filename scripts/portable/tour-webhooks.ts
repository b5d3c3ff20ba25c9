import { setTimeout as sleep } from "node:timers/promises";
import { operations, type Principal } from "@bincard/contracts";
import type { OpenLedger, WebhookSettings } from "@bincard/core";
import { openPostBox } from "../../packages/core/test/post-box.ts";
import { newKey, parse } from "../../packages/core/test/world.ts";

const SECRET_KEY = "a secret of the linter, of some length";
const { webhooks } = operations;

/** Where the tour's webhooks go: every other attempt fails. */
export function tourWebhooks(): WebhookSettings {
  const courier = openPostBox();
  let attempts = 0;
  courier.answer(() => (++attempts % 2 === 0 ? 200 : 500));
  return { secretKey: SECRET_KEY, courier, retryScale: 0.000_001 };
}

interface Journey {
  readonly ledger: OpenLedger;
  readonly root: Principal;
  /** Records something. */
  readonly record: () => Promise<unknown>;
  readonly failForWeeks: () => Promise<void>;
}

/** Every statement about webhooks: what is made, served, failing, replayed, listed, counted and forgotten. */
export async function tourOfWebhooks(journey: Journey): Promise<void> {
  const { ledger, root, record } = journey;
  const hook = {
    idempotencyKey: newKey(),
    eventTypes: ["inventory.count.updated"],
    notificationUrl: "https://shop.example/hooks",
  };
  const create = async () => ledger.webhooks.create(root, parse(webhooks.create, hook));
  const { id } = (await create()).subscription;
  await create();
  ledger.startWebhooks();
  for (let round = 0; round < 3; round++) {
    await record();
    await delivered(ledger, root, id);
  }
  const after = { subscriptionId: id, afterPosition: 0 };
  await ledger.webhooks.replay(root, parse(webhooks.replay, after));
  await delivered(ledger, root, id);
  for (const order of ["ASC", "DESC"]) {
    const page = async (cursor?: string) => {
      const asked = { order, includeDisabled: false, limit: 1, cursor };
      return ledger.webhooks.list(root, parse(webhooks.list, asked));
    };
    await create();
    await ledger.webhooks.create(
      root,
      parse(webhooks.create, { ...hook, idempotencyKey: newKey() }),
    );
    await page((await page()).cursor);
  }
  const deliveries = async (cursor?: string) => {
    const asked = { subscriptionId: id, states: ["DELIVERED"], limit: 1, cursor };
    return ledger.webhooks.deliveries(root, parse(webhooks.deliveries, asked));
  };
  const [last] = (await deliveries((await deliveries()).cursor)).deliveries;
  const again = { subscriptionId: id, deliveryId: last?.id };
  await ledger.webhooks.replay(root, parse(webhooks.replay, again));
  await delivered(ledger, root, id);
  await forsake(journey, id);
  await ledger.webhookVitals();
  await ledger.stopWebhooks(1_000);
}

/** What fails after it has failed for weeks is disabled; every other attempt fails. */
async function forsake({ ledger, root, record, failForWeeks }: Journey, id: string): Promise<void> {
  const get = async () =>
    (await ledger.webhooks.get(root, parse(webhooks.get, { id }))).subscription;
  while ((await get()).enabled) {
    await failForWeeks();
    await record();
    await sleep(50);
  }
  await ledger.webhooks.update(root, parse(webhooks.update, { id, enabled: true }));
}

async function delivered(ledger: OpenLedger, root: Principal, id: string): Promise<void> {
  for (;;) {
    const { subscription } = await ledger.webhooks.get(root, parse(webhooks.get, { id }));
    const { position } = await ledger.feed.locate(root, parse(operations.feed.locate, {}));
    const waiting = parse(webhooks.deliveries, { subscriptionId: id, states: ["PENDING"] });
    const { deliveries } = await ledger.webhooks.deliveries(root, waiting);
    if (subscription.position === position && deliveries.length === 0) return;
    await sleep(20);
  }
}
