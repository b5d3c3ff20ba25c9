import { describe, expect, test } from "vitest";
import type { Statement } from "../src/store/connect.ts";
import { appendDeliveries } from "../src/store/webhook-deliveries.ts";
import { deleteStoredSubscription } from "../src/store/webhook-subscriptions.ts";
import { faultsOf } from "./refusal-of.ts";
import {
  deliveriesOf,
  eachInItsWorld,
  HOOK,
  known,
  receive,
  sentTo,
  settled,
  subscribe,
  until,
  webhooks,
} from "./webhook-stage.ts";
import { parse } from "./world.ts";

const each = eachInItsWorld();

describe("subscriptions that end or pause", () => {
  test("a disabled one is sent nothing, and goes on where it was when it is enabled again", async () => {
    const item = await each.now().variation("Paused");
    const { id } = await subscribe();
    each.now().ledger.startWebhooks();
    const set = (enabled: boolean) =>
      each.now().ledger.webhooks.update(each.now().root, parse(webhooks.update, { id, enabled }));
    await set(false);
    for (let round = 0; round < 3; round++) await each.now().record([receive(item)]);
    await new Promise((wake) => setTimeout(wake, 700));
    expect(sentTo(HOOK)).toEqual([]);
    await set(true);
    await settled(id);
    expect(known(sentTo(HOOK))).toEqual({ [`${item} IN_STOCK`]: "3" });
  });

  test("a deleted one is sent nothing more, keeps no key, and what waited is cancelled", async () => {
    const item = await each.now().variation("Ended");
    const { id } = await subscribe();
    each.now().postBox.answer(() => 500);
    each.now().ledger.startWebhooks();
    await each.now().record([receive(item)]);
    await until(() => sentTo(HOOK).length > 0);
    await each.now().ledger.webhooks.delete(each.now().root, parse(webhooks.delete, { id }));
    await each.now().record([receive(item)]);
    const sent = sentTo(HOOK).length;
    await new Promise((wake) => setTimeout(wake, 1_500));
    expect(sentTo(HOOK).length - sent).toBeLessThanOrEqual(1);
    const states = new Set((await deliveriesOf(id)).map(({ state }) => state));
    expect(states).toEqual(new Set(["CANCELLED"]));
    const [row] = await each.now()
      .sql`select signature_key, old_signature_key from bincard.webhook_subscriptions`;
    expect(row).toEqual({ signature_key: null, old_signature_key: null });
    const get = () => each.now().ledger.webhooks.get(each.now().root, parse(webhooks.get, { id }));
    expect(await faultsOf(get)).toEqual([["NOT_FOUND", ["id"]]]);
  });
});

describe("subscriptions that end while something is put there for them", () => {
  /** Whoever serves it has this lease, and tells of positions 1 to 2. */
  async function served() {
    const { id } = await subscribe();
    const { merchantId } = each.now().root;
    await each.now().sql`
      update bincard.webhook_subscriptions set lease = 'ours', leased_until = now() + interval '1 hour'`;
    const made = {
      merchantId,
      subscriptionId: id,
      eventType: "inventory.count.updated" as const,
      firstPosition: 1,
      lastPosition: 2,
      deliveries: [{ id: "made", part: 0, counts: [] }],
    };
    return { id, merchantId, made };
  }
  /** Somebody waits for what this transaction holds. */
  const isWaitedFor = async (inside: Statement) => {
    const [row] = await inside<{ waiting: string }[]>`
      select count(*) as waiting from pg_locks
      where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`;
    return row?.waiting !== "0";
  };

  test("deleted while deliveries are made: they are cancelled with the rest", async () => {
    const { id, made } = await served();
    let deleting: Promise<unknown> | undefined;
    await each.now().sql.begin(async (inside) => {
      expect(await appendDeliveries(inside, made, "ours")).toBe(true);
      deleting = each.now().ledger.webhooks.delete(each.now().root, parse(webhooks.delete, { id }));
      await until(() => isWaitedFor(inside));
    });
    await deleting;
    expect(await deliveriesOf(id)).toMatchObject([{ id: "made", state: "CANCELLED" }]);
  });

  test("deliveries made while it is deleted: there are none", async () => {
    const { id, merchantId, made } = await served();
    let making: Promise<boolean> | undefined;
    await each.now().sql.begin(async (inside) => {
      await deleteStoredSubscription(inside, { merchantId, id });
      making = appendDeliveries(each.now().sql, made, "ours");
      making.catch(() => undefined);
      await until(() => isWaitedFor(inside));
    });
    expect(await making).toBe(false);
    expect(await deliveriesOf(id)).toEqual([]);
  });

  test.each([
    ["one delivery", { deliveryId: "made" }],
    ["positions", { afterPosition: 0 }],
  ])("replayed while it is deleted, %s: there is no such subscription", async (_, given) => {
    const { id, merchantId, made } = await served();
    await appendDeliveries(each.now().sql, made, "ours");
    const replay = parse(webhooks.replay, { subscriptionId: id, ...given });
    let replaying: ReturnType<typeof faultsOf> | undefined;
    await each.now().sql.begin(async (inside) => {
      await deleteStoredSubscription(inside, { merchantId, id });
      replaying = faultsOf(() => each.now().ledger.webhooks.replay(each.now().root, replay));
      await until(() => isWaitedFor(inside));
    });
    expect(await replaying).toEqual([["NOT_FOUND", ["subscriptionId"]]]);
    expect(await deliveriesOf(id)).toMatchObject([{ id: "made", state: "CANCELLED" }]);
  });
});
