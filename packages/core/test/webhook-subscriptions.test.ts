import { LIMITS, operations } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { openLedger } from "../src/index.ts";
import { faultsOf, refusalOf } from "./refusal-of.ts";
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
import { newKey, parse } from "./world.ts";

const each = eachInItsWorld();

describe("replay", () => {
  const replay = async (input: object) =>
    (await each.now().ledger.webhooks.replay(each.now().root, parse(webhooks.replay, input)))
      .queued;

  test("of one dead letter: the same event again, from the first attempt on", async () => {
    const item = await each.now().variation("Again");
    const { id } = await subscribe();
    each.now().postBox.answer(() => 500);
    each.now().ledger.startWebhooks();
    await each.now().record([receive(item)]);
    await until(async () => (await deliveriesOf(id, ["DEAD"])).length === 1);
    each.now().postBox.answer(() => 200);
    const [dead] = await deliveriesOf(id);
    expect(await replay({ subscriptionId: id, deliveryId: dead?.id })).toBe(1);
    await settled(id);
    const parcels = sentTo(HOOK);
    expect(parcels.at(-1)).toMatchObject({ deliveryId: dead?.id, retry: undefined });
    expect(parcels.at(-1)?.counts).toEqual(parcels[0]?.counts);
    const [replayed] = await deliveriesOf(id);
    expect(replayed).toMatchObject({ id: dead?.id, state: "DELIVERED", attemptCount: 1 });
  });

  test("since a position: everything that changed after it, as it stands now, each count once", async () => {
    const [tea, rice] = [await each.now().variation("Tea"), await each.now().variation("Rice")];
    const { id } = await subscribe();
    each.now().ledger.startWebhooks();
    await each.now().record([receive(rice)]);
    for (let round = 0; round < 4; round++) await each.now().record([receive(tea)]);
    await settled(id);
    const before = sentTo(HOOK).length;
    expect(await replay({ subscriptionId: id, afterPosition: 1 })).toBe(1);
    await settled(id);
    const again = sentTo(HOOK).slice(before);
    expect(again.map(({ counts }) => counts.map((count) => count.quantity))).toEqual([["4"]]);
    expect(known(again)).toEqual({ [`${tea} IN_STOCK`]: "4" });
    expect(await replay({ subscriptionId: id, afterPosition: 0 })).toBe(1);
    await settled(id);
    expect(known(sentTo(HOOK).slice(before + 1))).toEqual({
      [`${tea} IN_STOCK`]: "4",
      [`${rice} IN_STOCK`]: "1",
    });
    expect(await replay({ subscriptionId: id, afterPosition: 5 })).toBe(0);
  });

  test("of a range: what changed within it, and its dead letters are replaced", async () => {
    const items = await Promise.all(["A", "B", "C"].map((name) => each.now().variation(name)));
    const [a = "", b = "", c = ""] = items;
    const { id } = await subscribe();
    each.now().postBox.answer(() => 500);
    each.now().ledger.startWebhooks();
    for (const item of [a, b, c]) {
      await each.now().record([receive(item)]);
      const { position } = await each
        .now()
        .ledger.feed.locate(each.now().root, parse(operations.feed.locate, {}));
      await until(async () =>
        (await deliveriesOf(id)).some(({ lastPosition }) => lastPosition === position),
      );
    }
    await until(async () => (await deliveriesOf(id, ["DEAD"])).length === 3);
    each.now().postBox.answer(() => 200);
    const before = sentTo(HOOK).length;
    expect(await replay({ subscriptionId: id, afterPosition: 1, throughPosition: 2 })).toBe(1);
    await settled(id);
    expect(known(sentTo(HOOK).slice(before))).toEqual({ [`${b} IN_STOCK`]: "1" });
    const states = (await deliveriesOf(id)).map(({ state, lastPosition }) => [lastPosition, state]);
    expect(states).toEqual([
      [1, "DEAD"],
      [2, "REPLACED"],
      [3, "DEAD"],
      [2, "DELIVERED"],
    ]);
  });

  test.each([
    [{}, ["MISSING_FIELD", ["afterPosition"]]],
    [{ deliveryId: "x", afterPosition: 1 }, ["CONFLICTING_FIELDS", ["deliveryId"]]],
    [{ afterPosition: 4, throughPosition: 4 }, ["TOO_LOW", ["throughPosition"]]],
    [{ deliveryId: "nothing" }, ["NOT_FOUND", ["deliveryId"]]],
  ])("%j is refused", async (given, fault) => {
    const { id } = await subscribe();
    expect(await faultsOf(async () => replay({ subscriptionId: id, ...given }))).toEqual([fault]);
    const absent = async () => replay({ subscriptionId: "nobody", deliveryId: "x" });
    expect(await faultsOf(absent)).toEqual([["NOT_FOUND", ["subscriptionId"]]]);
  });

  test("at most so many positions at once", async () => {
    const { id } = await subscribe();
    const far = LIMITS.webhookPositionsPerReplay + 1;
    await each.now().sql`update bincard.webhook_subscriptions set position = ${far}`;
    const all = async () => replay({ subscriptionId: id, afterPosition: 0 });
    expect(await faultsOf(all)).toEqual([["TOO_HIGH", ["throughPosition"]]]);
  });
});

describe("a subscription", () => {
  test("its key is sealed in the database, and shown to those who may change it", async () => {
    const { id, signatureKey = "" } = await subscribe();
    expect(Buffer.from(signatureKey, "base64")).toHaveLength(32);
    const [row] = await each.now().sql<{ row: string; key: Uint8Array }[]>`
      select to_jsonb(s)::text as row, signature_key as key from bincard.webhook_subscriptions s`;
    for (const form of ["utf8", "hex", "base64"] as const)
      expect(row?.row).not.toContain(Buffer.from(signatureKey).toString(form));
    expect(Buffer.from(row?.key ?? []).includes(signatureKey)).toBe(false);
    const reader = { ...each.now().root, scopes: ["WEBHOOKS_READ" as const] };
    const asked = parse(webhooks.get, { id });
    expect((await each.now().ledger.webhooks.get(reader, asked)).subscription).not.toHaveProperty(
      "signatureKey",
    );
    expect(
      (await each.now().ledger.webhooks.get(each.now().root, asked)).subscription,
    ).toMatchObject({
      signatureKey,
    });
  });

  test("a key that is rotated is another one, and parcels are signed by both for a while", async () => {
    const item = await each.now().variation("Rotated");
    const { id, signatureKey } = await subscribe();
    const input = parse(webhooks.rotateKey, { id });
    const { subscription } = await each.now().ledger.webhooks.rotateKey(each.now().root, input);
    expect(subscription.signatureKey).not.toBe(signatureKey);
    each.now().ledger.startWebhooks();
    await each.now().record([receive(item)]);
    await settled(id);
    expect(sentTo(HOOK)[0]?.signatureKeys).toEqual([subscription.signatureKey, signatureKey]);
  });

  test("L6: rotated again under the same key it is not, so that the key before it still signs", async () => {
    const { ledger, root } = each.now();
    const item = await each.now().variation("Retried");
    const [{ id, signatureKey }, other] = [await subscribe(), await subscribe()];
    const rotate = async (given: object) =>
      (await ledger.webhooks.rotateKey(root, parse(webhooks.rotateKey, { id, ...given })))
        .subscription.signatureKey;
    const key = { idempotencyKey: newKey() };
    const [first, second] = await Promise.all([rotate(key), rotate(key)]);
    expect(second).toBe(first);
    expect(first).not.toBe(signatureKey);
    expect(await rotate(key)).toBe(first);
    const reused = [["IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"]]];
    expect(await faultsOf(() => rotate({ ...key, id: other.id }))).toEqual(reused);
    const { idempotencyKey } = await each.now().record([receive(item)]);
    expect(await faultsOf(() => rotate({ idempotencyKey }))).toEqual(reused);
    ledger.startWebhooks();
    await settled(id);
    const parcel = sentTo(HOOK).find(({ signatureKeys }) => signatureKeys.length > 1);
    expect(parcel?.signatureKeys).toEqual([first, signatureKey]);
    const third = await rotate({ idempotencyKey: newKey() });
    expect(third).not.toBe(first);
    // What was rotated since is what stands.
    expect(await rotate(key)).toBe(third);
    const absent = { id: "wbhk_nobody", idempotencyKey: newKey() };
    expect(await faultsOf(() => rotate(absent))).toEqual([["NOT_FOUND", ["id"]]]);
    expect(await rotate({ idempotencyKey: absent.idempotencyKey })).not.toBe(third);
    const verified = await ledger.ledger.verify(root, parse(operations.ledger.verify, {}));
    expect(verified.findings).toEqual([]);
  });

  test("under another secret nothing can be signed: the attempts say so, and a rotation mends it", async () => {
    const item = await each.now().variation("Locked");
    const { id } = await subscribe();
    const secretKey = "another secret of the tests, as long";
    const other = openLedger({
      databaseUrl: each.now().url,
      webhooks: { ...each.now().webhooks, secretKey },
    });
    other.startWebhooks();
    await each.now().record([receive(item)]);
    await until(async () => (await deliveriesOf(id))[0]?.lastAttempt !== undefined);
    const [delivery] = await deliveriesOf(id);
    expect(delivery?.lastAttempt).toMatchObject({ reason: "other_error" });
    expect(delivery?.lastAttempt?.detail).toContain("BINCARD_SECRET_KEY");
    expect(sentTo(HOOK)).toEqual([]);
    await other.webhooks.rotateKey(each.now().root, parse(webhooks.rotateKey, { id }));
    await settled(id);
    await other.close();
    expect(sentTo(HOOK).length).toBeGreaterThan(0);
  });

  test("without settings there are none, and the refusal names the setting", async () => {
    const bare = openLedger({ databaseUrl: each.now().url });
    const given = { eventTypes: ["inventory.count.updated"], notificationUrl: HOOK };
    const refusal = await refusalOf(() =>
      bare.webhooks.create(each.now().root, parse(webhooks.create, given)),
    );
    expect(refusal.failures).toMatchObject([
      { code: "NOT_CONFIGURED", message: expect.stringContaining("BINCARD_SECRET_KEY") },
    ]);
    expect(await bare.webhooks.list(each.now().root, parse(webhooks.list, {}))).toEqual({
      subscriptions: [],
    });
    await bare.close();
  });

  test("an address that nothing may be sent to is refused, at first and later", async () => {
    const plain = { notificationUrl: "http://shop.example/" };
    expect(await faultsOf(() => subscribe(plain))).toEqual([
      ["INVALID_VALUE", ["notificationUrl"]],
    ]);
    const { id } = await subscribe();
    const moved = () =>
      each.now().ledger.webhooks.update(each.now().root, parse(webhooks.update, { id, ...plain }));
    expect(await faultsOf(moved)).toEqual([["INVALID_VALUE", ["notificationUrl"]]]);
    for (const notificationUrl of [
      "shop.example",
      "ftp://a.b",
      "https://u:p@a.b",
      "https://a.b/#c",
    ])
      expect(await faultsOf(async () => subscribe({ notificationUrl }))).toEqual([
        ["INVALID_VALUE", ["notificationUrl"]],
      ]);
  });

  test("L6: made twice under one key it is one; another body or a deleted one is refused", async () => {
    const key = { idempotencyKey: newKey() };
    const [one, other] = await Promise.all([subscribe(key), subscribe(key)]);
    expect(other).toEqual(one);
    expect(await faultsOf(() => subscribe({ ...key, name: "Other" }))).toEqual([
      ["IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"]],
    ]);
    await each
      .now()
      .ledger.webhooks.delete(each.now().root, parse(webhooks.delete, { id: one.id }));
    expect(await faultsOf(() => subscribe(key))).toEqual([["NOT_FOUND", ["id"]]]);
  });

  test("a merchant has at most so many; a deleted one makes room", async () => {
    const made = [];
    for (let at = 0; at < LIMITS.webhookSubscriptions; at++) made.push(await subscribe());
    expect(await faultsOf(() => subscribe())).toEqual([["TOO_MANY", []]]);
    const { id = "" } = made[0] ?? {};
    await each.now().ledger.webhooks.delete(each.now().root, parse(webhooks.delete, { id }));
    await subscribe();
    const listed = async (given: object) => {
      const input = parse(webhooks.list, { limit: 60, ...given });
      return each.now().ledger.webhooks.list(each.now().root, input);
    };
    for (const order of ["ASC", "DESC"] as const) {
      const first = await listed({ order });
      const second = await listed({ order, cursor: first.cursor });
      const ids = [...first.subscriptions, ...second.subscriptions].map((each) => each.id);
      expect(new Set(ids).size).toBe(LIMITS.webhookSubscriptions);
      expect(second.cursor).toBeUndefined();
      expect(ids[0]).toBe(order === "ASC" ? made[1]?.id : ids[0]);
    }
  });

  test("what was settled too long ago is forgotten, what waits is not", async () => {
    const item = await each.now().variation("Old");
    const { id } = await subscribe();
    each.now().ledger.startWebhooks();
    await each.now().record([receive(item)]);
    await settled(id);
    const days = LIMITS.webhookDeliveryDays + 1;
    await each.now().sql`
      insert into bincard.webhook_deliveries
        (merchant_id, id, subscription_id, event_type, state, first_position, last_position, part,
         counts, created_at, next_attempt_at)
      values (${each.now().root.merchantId}, 'old', ${id}, 'inventory.count.updated', 'PENDING', 1, 1, 0,
              '[]', now(), now() + interval '1 hour')`;
    await each.now().sql`
      update bincard.webhook_deliveries set created_at = now() - ${days}::int * interval '1 day'`;
    // A server looks for them when it starts.
    const fresh = openLedger({ databaseUrl: each.now().url, webhooks: each.now().webhooks });
    await each.now().ledger.stopWebhooks(0);
    fresh.startWebhooks();
    await each.now().record([receive(item)]);
    await until(() => sentTo(HOOK).length === 2);
    await fresh.close();
    const kept = (await deliveriesOf(id)).map((delivery) => [delivery.id, delivery.state]);
    expect(kept).toEqual([
      ["old", "PENDING"],
      [expect.any(String), "DELIVERED"],
    ]);
  });

  test("of one that was disabled or deleted, too, and however many there are", async () => {
    const { ledger, root, sql } = each.now();
    const [disabled, deleted, other] = [await subscribe(), await subscribe(), await subscribe()];
    const settledOf = (subscriptionId: string, days: number, many: number) => sql`
      insert into bincard.webhook_deliveries
        (merchant_id, id, subscription_id, event_type, state, first_position, last_position, part,
         counts, created_at)
      select ${root.merchantId}, ${subscriptionId} || ${days}::int || '-' || n, ${subscriptionId},
             'inventory.count.updated', 'DEAD', 1, 1, 0, '[]', now() - ${days}::int * interval '1 day'
      from generate_series(1, ${many}::int) n`;
    const { webhookDeliveryDays: days } = LIMITS;
    for (const { id } of [disabled, deleted]) await settledOf(id, days + 1, 1_500);
    for (const { id } of [disabled, deleted, other]) await settledOf(id, days - 1, 1);
    const off = { id: disabled.id, enabled: false };
    await ledger.webhooks.update(root, parse(webhooks.update, off));
    await ledger.webhooks.delete(root, parse(webhooks.delete, { id: deleted.id }));
    ledger.startWebhooks();
    const kept = async () => {
      const [row] = await sql<{ kept: string }[]>`
        select count(*) as kept from bincard.webhook_deliveries`;
      return row?.kept;
    };
    await until(async () => (await kept()) === "3");
  });
});
