import { describe, expect, test } from "vitest";
import { Metrics } from "../src/metrics.ts";
import { openLimited } from "./open-limited.ts";

const SECRET = "a-token-that-opens-the-metrics-only";

describe("who may read the metrics", () => {
  test("an ADMIN's token or the metrics token, and nobody else", async () => {
    const { ask, newToken } = await openLimited({ app: { metricsToken: SECRET } });
    expect((await ask("GET /metrics")).status).toBe(200);
    expect((await ask("GET /metrics", { token: SECRET })).status).toBe(200);
    const till = await newToken(["INVENTORY_READ", "INVENTORY_WRITE"]);
    const refused = await ask("GET /metrics", { token: till });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      error: { code: "INSUFFICIENT_SCOPE", requestId: refused.headers.get("x-request-id") },
    });
    for (const token of [null, `${SECRET}x`, SECRET.slice(1), "x"])
      expect((await ask("GET /metrics", { token })).status).toBe(401);
    expect((await ask("POST /metrics")).headers.get("allow")).toBe("GET, HEAD");
    // The metrics token opens nothing else.
    expect((await ask("GET /v2/locations", { token: SECRET })).status).toBe(401);
  });

  test("without a metrics token, ADMIN only", async () => {
    const { ask } = await openLimited();
    expect((await ask("GET /metrics")).status).toBe(200);
    expect((await ask("GET /metrics", { token: SECRET })).status).toBe(401);
  });

  test("the metrics token works while the database is away", async () => {
    const { ask, ledger, metrics } = await openLimited({ app: { metricsToken: SECRET } });
    metrics.watch({
      inFlight: () => 0,
      queriesRunning: () => 0,
      queriesWaiting: () => 0,
      merchantsWaiting: () => 0,
      connections: () => 7,
      vitals: async () => ledger.vitals(),
      webhooks: async () => ledger.webhookVitals(),
    });
    const page = async () => (await ask("GET /metrics", { token: SECRET })).text();
    expect(await page()).toMatch(/^bincard_database_up 1$/m);
    expect(await page()).toMatch(/^bincard_database_connections\{state="active"\} [1-9]/m);
    expect(await page()).toMatch(/^bincard_database_connections_max [1-9]\d+$/m);
    expect(await page()).toMatch(/^bincard_connections 7$/m);
    await ledger.close();
    expect(await page()).toMatch(/^bincard_database_up 0$/m);
    expect(await page()).not.toMatch(/^bincard_database_connections\{/m);
  });
});

describe("what is counted", () => {
  test("requests by door, operation and status; refusals by code; batches and changes", async () => {
    const { ask, metrics } = await openLimited();
    const line = async (text: string) =>
      (await metrics.page()).text.split("\n").filter((each) => each.startsWith(text));
    await ask("POST /trpc/locations.create", { body: { id: "SHOP", name: "Shop" } });
    const objects = [
      { type: "ITEM", id: "TEA", name: "Tea", variations: [{ id: "BAG", name: "Bag" }] },
    ];
    await ask("POST /trpc/catalog.upsert", { body: { idempotencyKey: "c", objects } });
    const change = {
      type: "ADJUSTMENT",
      catalogObjectId: "BAG",
      locationId: "SHOP",
      fromState: "NONE",
      toState: "IN_STOCK",
      quantity: "1",
      occurredAt: new Date().toISOString(),
    };
    const batch = { idempotencyKey: "k", changes: [change, change, change] };
    expect((await ask("POST /trpc/changes.create", { body: batch })).status).toBe(200);
    // Once more: the same answer, and nothing recorded.
    expect((await ask("POST /trpc/changes.create", { body: batch })).status).toBe(200);
    const series =
      'bincard_request_duration_seconds_count{door="trpc",operation="changes.create",status="200"}';
    expect(await line(series)).toEqual([`${series} 2`]);
    expect(await line("bincard_changes_recorded_total")).toEqual([
      "bincard_changes_recorded_total 3",
    ]);
    expect(await line("bincard_batch_changes_sum")).toEqual(["bincard_batch_changes_sum 6"]);
    expect(await line("bincard_batch_changes_count")).toEqual(["bincard_batch_changes_count 2"]);
    expect(await line('bincard_batch_changes_bucket{le="2"}')).toEqual([
      'bincard_batch_changes_bucket{le="2"} 0',
    ]);
    expect(await line('bincard_batch_changes_bucket{le="+Inf"}')).toEqual([
      'bincard_batch_changes_bucket{le="+Inf"} 2',
    ]);
    await ask("GET /v2/nothing");
    await ask("GET /v2/locations", { token: null });
    await ask("GET /trpc/no.such");
    await ask("DELETE /v2/locations");
    expect(await line("bincard_refusals_total")).toEqual([
      'bincard_refusals_total{door="square",code="UNKNOWN_OPERATION"} 1',
      'bincard_refusals_total{door="square",code="UNAUTHENTICATED"} 1',
      'bincard_refusals_total{door="trpc",code="UNKNOWN_OPERATION"} 1',
      'bincard_refusals_total{door="square",code="METHOD_NOT_ALLOWED"} 1',
    ]);
  });

  test("no caller can make a series", async () => {
    const { ask, metrics } = await openLimited();
    const before = (await metrics.page()).text.split("\n").length;
    for (let at = 0; at < 50; at++) {
      await ask(`GET /trpc/room${at}.verb${at}`);
      await ask(`GET /v2/nothing${at}`);
      await ask(`GET /nothing${at}`, { headers: { "X-Request-Id": `id-${at}` } });
    }
    // Three kinds of nothing, a histogram of 16 lines each, and a refusal each.
    expect((await metrics.page()).text.split("\n").length).toBeLessThan(before + 60);
  });

  test("what the writer tells", async () => {
    const metrics = new Metrics({ process: false });
    const group = { merchants: 2, requests: 5, changes: 9 };
    const sent = metrics.groupSent(group);
    const text = async () => (await metrics.page()).text;
    expect(await text()).toMatch(/^bincard_groups_in_flight 1$/m);
    metrics.groupSettled(sent, "missed");
    metrics.groupSettled(metrics.groupSent(group), "written");
    metrics.retried("contention");
    metrics.replayed();
    metrics.lockWaited();
    metrics.connectionDropped();
    metrics.feedRead({ changes: 4, positionsBehind: 11 });
    const page = await text();
    for (const line of [
      "bincard_groups_in_flight 0",
      "bincard_group_requests_sum 10",
      'bincard_group_duration_seconds_count{outcome="missed"} 1',
      'bincard_group_duration_seconds_count{outcome="written"} 1',
      'bincard_writer_retries_total{because="contention"} 1',
      "bincard_replays_total 1",
      "bincard_lock_waits_total 1",
      "bincard_connections_dropped_total 1",
      "bincard_feed_changes_total 4",
      "bincard_feed_lag_positions 11",
    ])
      expect(page.split("\n")).toContain(line);
  });

  test("the process: event loop, memory, file handles", async () => {
    const { text } = await new Metrics({ process: true }).page();
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
  });
});
