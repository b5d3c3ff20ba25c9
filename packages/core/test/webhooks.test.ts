import { formatTime, LIMITS, operations } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { openLedger } from "../src/index.ts";
import {
  deliveriesOf,
  eachInItsWorld,
  HOOK,
  known,
  latch,
  receive,
  sentTo,
  settled,
  subscribe,
  until,
  webhooks,
} from "./webhook-stage.ts";
import { newKey, parse } from "./world.ts";

const each = eachInItsWorld();

describe("what is told", () => {
  test("everything recorded from the subscription on, in order, and nothing from before", async () => {
    const item = await each.now().variation("Tea");
    await each.now().record([receive(item, "10")]);
    const { id, position } = await subscribe();
    expect(position).toBe(1);
    each.now().ledger.startWebhooks();
    await each.now().record([receive(item, "5")]);
    await settled(id);
    await each.now().record([receive(item, "2")]);
    await settled(id);
    const told = sentTo(HOOK).map(({ counts, lastPosition }) => [
      counts[0]?.quantity,
      lastPosition,
    ]);
    expect(told).toEqual([
      ["15", 2],
      ["17", 3],
    ]);
    const [first] = await deliveriesOf(id);
    expect(first).toMatchObject({
      state: "DELIVERED",
      firstPosition: 2,
      lastPosition: 2,
      countCount: 1,
      attemptCount: 1,
      lastAttempt: { status: 200 },
    });
  });

  test("a move between two states is one delivery with two counts", async () => {
    const item = await each.now().variation("Milk");
    await each.now().record([receive(item, "10")]);
    const { id } = await subscribe();
    each.now().ledger.startWebhooks();
    await each.now().record([{ ...receive(item, "4"), fromState: "IN_STOCK", toState: "WASTE" }]);
    await settled(id);
    expect(
      sentTo(HOOK).map(({ counts }) => counts.map(({ state, quantity }) => [state, quantity])),
    ).toEqual([
      [
        ["IN_STOCK", "6"],
        ["WASTE", "4"],
      ],
    ]);
  });

  test("a delivery holds at most 100 counts; all of a large batch arrive, each once", async () => {
    const objects = Array.from({ length: 25 }, (_, item) => ({
      type: "ITEM",
      id: `I${item}`,
      name: `I${item}`,
      variations: Array.from({ length: 10 }, (__, at) => ({ id: `V${item * 10 + at}`, name: "V" })),
    }));
    const catalog = { idempotencyKey: newKey(), objects };
    await each
      .now()
      .ledger.catalog.upsert(each.now().root, parse(operations.catalog.upsert, catalog));
    const { id } = await subscribe();
    each.now().ledger.startWebhooks();
    await each.now().record(Array.from({ length: 250 }, (_, index) => receive(`V${index}`)));
    await settled(id);
    const sizes = sentTo(HOOK).map(({ counts }) => counts.length);
    expect(sizes).toEqual([LIMITS.webhookCountsPerDelivery, LIMITS.webhookCountsPerDelivery, 50]);
    const ids = sentTo(HOOK).flatMap(({ counts }) => counts.map((count) => count.catalogObjectId));
    expect(new Set(ids).size).toBe(250);
  });

  test("a change that alters history only is told to nobody", async () => {
    const item = await each.now().variation("Late");
    await each.now().record([
      {
        type: "PHYSICAL_COUNT",
        catalogObjectId: item,
        locationId: each.now().main,
        state: "IN_STOCK",
        quantity: "9",
        occurredAt: formatTime(Date.now() * 1_000),
      },
    ]);
    const { id } = await subscribe();
    each.now().ledger.startWebhooks();
    const hourAgo = formatTime((Date.now() - 3_600_000) * 1_000);
    await each.now().record([{ ...receive(item), occurredAt: hourAgo }]);
    await settled(id);
    expect(sentTo(HOOK)).toEqual([]);
  });

  test("what is recorded while nobody sends is told together, and ends equal to the ledger", async () => {
    const items = await Promise.all(["A", "B", "C"].map((name) => each.now().variation(name)));
    const { id } = await subscribe();
    for (let round = 0; round < 10; round++)
      for (const item of items) await each.now().record([receive(item)]);
    each.now().ledger.startWebhooks();
    await settled(id);
    expect(sentTo(HOOK)).toHaveLength(1);
    expect(Object.values(known(sentTo(HOOK)))).toEqual(["10", "10", "10"]);
  });

  test("two servers share the work: each delivery goes out once", async () => {
    const item = await each.now().variation("Shared");
    const { id } = await subscribe();
    const other = openLedger({ databaseUrl: each.now().url, webhooks: each.now().webhooks });
    each.now().ledger.startWebhooks();
    other.startWebhooks();
    for (let round = 0; round < 30; round++) await each.now().record([receive(item)]);
    await settled(id);
    await other.close();
    const ids = sentTo(HOOK).map(({ deliveryId }) => deliveryId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.values(known(sentTo(HOOK)))).toEqual(["30"]);
    const positions = sentTo(HOOK).map(({ lastPosition }) => lastPosition);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test("a server that died holds its subscription for the length of its lease and no longer", async () => {
    const item = await each.now().variation("Left");
    const { id } = await subscribe();
    await each.now().record([receive(item)]);
    const leasedFor = (hours: number) => each.now().sql`
      update bincard.webhook_subscriptions
      set lease = 'of the dead', leased_until = now() + ${hours}::int * interval '1 hour'
      where id = ${id}`;
    await leasedFor(1);
    const notificationUrl = "https://beside.example/";
    const beside = await subscribe({ notificationUrl });
    each.now().ledger.startWebhooks();
    // Served behind it, by looks that have passed it by.
    for (let round = 1; round <= 2; round++) {
      await each.now().record([receive(item)]);
      await settled(beside.id);
    }
    expect(sentTo(HOOK)).toEqual([]);
    await leasedFor(0);
    await settled(id);
    expect(sentTo(HOOK)).toHaveLength(1);
  });

  test("where the feed no longer goes on, a subscription goes on at its end, and somebody is told", async () => {
    const item = await each.now().variation("Gone");
    const { id } = await subscribe();
    for (let round = 0; round < 3; round++) await each.now().record([receive(item)]);
    await each.now().sql`delete from bincard.changes where position = 1`;
    const skipped: unknown[] = [];
    const witness = {
      attempted: () => undefined,
      failed: () => undefined,
      skipped: (subscription: unknown) => skipped.push(subscription),
      gaveUp: () => undefined,
    };
    const watched = openLedger({
      databaseUrl: each.now().url,
      webhooks: { ...each.now().webhooks, witness },
    });
    watched.startWebhooks();
    await settled(id);
    await watched.close();
    expect(skipped).toMatchObject([{ subscriptionId: id }]);
    expect(sentTo(HOOK)).toEqual([]);
  });
});

describe("attempts", () => {
  test("a receiver that fails is tried again with the same event, then given up and listed as dead", async () => {
    const item = await each.now().variation("Refused");
    const { id } = await subscribe();
    each.now().postBox.answer(({ retry }) => (retry?.number === 1 ? "nothing" : 500));
    each.now().ledger.startWebhooks();
    await each.now().record([receive(item)]);
    await until(async () => (await deliveriesOf(id, ["DEAD"])).length === 1);
    const parcels = sentTo(HOOK);
    expect(parcels).toHaveLength(LIMITS.webhookAttempts);
    expect(new Set(parcels.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(new Set(parcels.map(({ counts }) => JSON.stringify(counts))).size).toBe(1);
    expect(parcels.map(({ retry }) => retry?.number)).toEqual([
      undefined,
      ...Array.from({ length: LIMITS.webhookAttempts - 1 }, (_, index) => index + 1),
    ]);
    expect(parcels.slice(1, 3).map(({ retry }) => retry?.because)).toEqual([
      "http_error",
      "http_timeout",
    ]);
    expect(new Set(parcels.slice(1).map(({ firstAttemptAt }) => firstAttemptAt)).size).toBe(1);
    const [dead] = await deliveriesOf(id, ["DEAD"]);
    expect(dead).toMatchObject({ attemptCount: LIMITS.webhookAttempts });
    expect(dead).not.toHaveProperty("nextAttemptAt");
    const input = parse(webhooks.delivery, { id: dead?.id ?? "" });
    const { delivery } = await each.now().ledger.webhooks.delivery(each.now().root, input);
    expect(delivery.attempts).toHaveLength(LIMITS.webhookAttempts);
    expect(delivery.attempts[0]).toMatchObject({ status: 500, reason: "http_error" });
    const failing = parse(webhooks.get, { id });
    const { subscription } = await each.now().ledger.webhooks.get(each.now().root, failing);
    expect(subscription.failingSince).toBeDefined();
  });

  test("what fails does not hold up what comes after it, and arrives in the end", async () => {
    const [first, second] = [
      await each.now().variation("First"),
      await each.now().variation("Second"),
    ];
    const { id } = await subscribe();
    each
      .now()
      .postBox.answer(({ counts, retry }) =>
        counts[0]?.catalogObjectId === first && (retry?.number ?? 0) < 3 ? 503 : 200,
      );
    each.now().ledger.startWebhooks();
    await each.now().record([receive(first)]);
    await until(() => sentTo(HOOK).length > 0);
    await each.now().record([receive(second)]);
    await settled(id);
    const states = (await deliveriesOf(id)).map(({ state, attemptCount }) => [state, attemptCount]);
    expect(states).toEqual([
      ["DELIVERED", 4],
      ["DELIVERED", 1],
    ]);
    expect(known(sentTo(HOOK))).toEqual({
      [`${first} IN_STOCK`]: "1",
      [`${second} IN_STOCK`]: "1",
    });
    const got = parse(webhooks.get, { id });
    const { subscription } = await each.now().ledger.webhooks.get(each.now().root, got);
    expect(subscription).not.toHaveProperty("failingSince");
  });

  test("one that has failed for three weeks is disabled, and begins anew when it is enabled", async () => {
    const { ledger, root, sql, variation, record, postBox } = each.now();
    const item = await variation("Forsaken");
    const { id } = await subscribe();
    const get = async () =>
      (await ledger.webhooks.get(root, parse(webhooks.get, { id }))).subscription;
    const failingFor = (days: number) => sql`
      update bincard.webhook_subscriptions
      set failing_since = now() - ${days}::int * interval '1 day'`;
    postBox.answer(() => 500);
    ledger.startWebhooks();
    await record([receive(item)]);
    // Given up, so that nothing is under way when the time changes.
    await settled(id);
    expect(await get()).toMatchObject({ failingSince: expect.any(String) });
    await failingFor(LIMITS.webhookFailingDays - 1);
    await record([receive(item)]);
    await settled(id);
    expect(known(sentTo(HOOK))).toEqual({ [`${item} IN_STOCK`]: "2" });
    expect(await get()).toMatchObject({ enabled: true });
    await failingFor(LIMITS.webhookFailingDays + 1);
    await record([receive(item)]);
    await until(async () => !(await get()).enabled);
    postBox.answer(() => 200);
    await record([receive(item)]);
    expect(known(sentTo(HOOK))).toEqual({ [`${item} IN_STOCK`]: "3" });
    const update = parse(webhooks.update, { id, enabled: true });
    const { subscription } = await ledger.webhooks.update(root, update);
    expect(subscription).toMatchObject({ enabled: true });
    expect(subscription).not.toHaveProperty("failingSince");
    await settled(id);
    expect(known(sentTo(HOOK))).toEqual({ [`${item} IN_STOCK`]: "4" });
  });

  test("a receiver that hangs does not hold up another", async () => {
    const item = await each.now().variation("Stuck");
    const release = latch();
    const hanging = await subscribe({ notificationUrl: "https://hangs.example/" });
    const healthy = await subscribe();
    each.now().postBox.answer(async ({ notificationUrl }) => {
      if (notificationUrl === HOOK) return 200;
      await release.opened;
      return 200;
    });
    each.now().ledger.startWebhooks();
    for (let round = 1; round <= 5; round++) {
      await each.now().record([receive(item)]);
      await settled(healthy.id);
    }
    expect(sentTo(HOOK)).toHaveLength(5);
    expect(sentTo("https://hangs.example/")).toHaveLength(1);
    release.open();
    await settled(hanging.id);
    expect(known(sentTo("https://hangs.example/"))).toEqual(known(sentTo(HOOK)));
  });

  test("those that hang never take every place: whoever answers is sent to", async () => {
    const item = await each.now().variation("Crowded");
    const other = await each.now().stranger("Other");
    const crowd = LIMITS.webhookFailingReceiversAtOnce + 10;
    const healthy = await subscribe();
    for (let at = 0; at < crowd; at++) {
      const hanging = { notificationUrl: `https://hangs.example/${at}` };
      await subscribe(hanging, at < LIMITS.webhookSubscriptions - 1 ? each.now().root : other);
    }
    await each.now().sql`
      update bincard.webhook_subscriptions set failing_since = now() where id <> ${healthy.id}`;
    const locations = parse(operations.locations.list, {});
    const [place] = (await each.now().ledger.locations.list(other, locations)).locations;
    const objects = [{ type: "ITEM", id: "I", name: "I", variations: [{ id: "V", name: "V" }] }];
    const catalog = { idempotencyKey: newKey(), objects };
    await each.now().ledger.catalog.upsert(other, parse(operations.catalog.upsert, catalog));
    const release = latch();
    let hanging = 0;
    let most = 0;
    each.now().postBox.answer(async ({ notificationUrl }) => {
      if (notificationUrl === HOOK) return 200;
      most = Math.max(most, ++hanging);
      await release.opened;
      hanging--;
      return 200;
    });
    await each.now().record([{ ...receive("V"), locationId: place?.id ?? "" }], {
      as: other,
    });
    each.now().ledger.startWebhooks();
    for (let round = 1; round <= 3; round++) {
      await each.now().record([receive(item)]);
      await settled(healthy.id);
    }
    await until(() => most >= LIMITS.webhookFailingReceiversAtOnce);
    await each.now().record([receive(item)]);
    await settled(healthy.id);
    expect(sentTo(HOOK)).toHaveLength(4);
    expect(most).toBe(LIMITS.webhookFailingReceiversAtOnce);
    release.open();
  });

  test("few retries to one receiver are under way at once, and none is left behind", async () => {
    const item = await each.now().variation("Backlog");
    const { id } = await subscribe();
    each.now().postBox.answer(({ retry }) => (retry === undefined ? 500 : 200));
    each.now().ledger.startWebhooks();
    await each.now()
      .sql`update bincard.webhook_subscriptions set leased_until = now() + interval '1 hour'`;
    for (let round = 1; round <= 20; round++)
      await each.now().sql`
        insert into bincard.webhook_deliveries
          (merchant_id, id, subscription_id, event_type, state, first_position, last_position, part,
           counts, created_at, next_attempt_at, attempt_count, is_retry, attempts)
        values (${each.now().root.merchantId}, ${`late-${round}`}, ${id}, 'inventory.count.updated',
                'PENDING', ${round}, ${round}, 0, '[]', now(), now(), 1, true,
                '[{"at": "2026-11-22T09:30:00Z", "milliseconds": 1, "reason": "http_timeout"}]')`;
    let underWay = 0;
    let most = 0;
    each.now().postBox.answer(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((wake) => setTimeout(wake, 5));
      underWay--;
      return 200;
    });
    await each.now().sql`update bincard.webhook_subscriptions set leased_until = 'epoch'`;
    await each.now().record([receive(item)]);
    await settled(id);
    // The first attempts go beside them, one at a time.
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(LIMITS.webhookRetriesAtOnce + 1);
    expect(sentTo(HOOK)).toHaveLength(21);
  });

  test("an attempt that is cut when the server stops is made again, and counts for nothing", async () => {
    const item = await each.now().variation("Cut");
    const { id } = await subscribe();
    const cutting = latch();
    const other = openLedger({
      databaseUrl: each.now().url,
      webhooks: {
        ...each.now().webhooks,
        courier: {
          ...each.now().webhooks.courier,
          send: async (_, signal) =>
            new Promise((__, reject) => {
              signal.addEventListener("abort", () => reject(new Error("cut off")));
              cutting.open();
            }),
        },
      },
    });
    other.startWebhooks();
    await each.now().record([receive(item)]);
    await cutting.opened;
    await other.stopWebhooks(0);
    expect(await deliveriesOf(id)).toMatchObject([{ state: "PENDING", attemptCount: 0 }]);
    each.now().ledger.startWebhooks();
    await settled(id);
    await other.close();
    expect(await deliveriesOf(id)).toMatchObject([{ state: "DELIVERED", attemptCount: 1 }]);
  });
});
