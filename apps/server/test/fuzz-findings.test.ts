import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, textAt, type World } from "./square/world.ts";

/** What the fuzz found, each by itself. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world.close());

const ask = async (path: string, headers: Record<string, string> = {}) =>
  world.fetchRaw(path, { headers: { Authorization: `Bearer ${world.token}`, ...headers } });

const trpc = async (procedure: string, input: unknown) =>
  world.fetchRaw(`/trpc/${procedure}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${world.token}`, "Content-Type": "application/json" },
    body: JSON.stringify(input),
  });

test("a question without a body is answered, whatever type its nothing is said to have", async () => {
  for (const type of ["application/octet-stream", "multipart/form-data; boundary=x", "text/plain"])
    expect([type, (await ask("/trpc/counts.list", { "Content-Type": type })).status]).toEqual([
      type,
      200,
    ]);
});

test("a parameter or a field without a name is named as that", async () => {
  expect((await ask("/v2/locations?=x")).body["errors"]).toEqual([
    expect.objectContaining({ code: "UNKNOWN_QUERY_PARAMETER", field: '[""]' }),
  ]);
  const { body } = await world.ask("POST /v2/catalog/search", { body: { "": 1 } });
  expect(body["errors"]).toEqual([
    expect.objectContaining({ code: "UNKNOWN_BODY_PARAMETER", field: '[""]' }),
  ]);
});

test("what a team carries along never passes for a field of Square's", async () => {
  const extra = { description: 7, sku: ["x"], upc: {}, name: null, item_id: 1, variations: "none" };
  const made = await trpc("catalog.upsert", {
    idempotencyKey: "carried",
    objects: [
      {
        type: "ITEM",
        id: "TEA",
        name: "Tea",
        extra,
        variations: [{ id: "TEA-1", name: "1", extra }],
      },
    ],
  });
  expect(made.status).toBe(200);
  const { body } = await ask("/v2/catalog/object/TEA");
  expect(body).toMatchObject({
    object: {
      item_data: {
        name: "Tea",
        variations: [{ item_variation_data: { name: "1", item_id: "TEA", description: 7 } }],
      },
    },
  });
  expect(textAt(body, "object", "item_data", "sku", 0)).toBe("x");
  expect(JSON.stringify(body)).not.toMatch(/"item_data":\{[^[]*"description"/);
  const [data] = [...JSON.stringify(body).matchAll(/"item_variation_data":(\{[^}]*\})/g)];
  expect(data?.[1]).not.toMatch(/"sku"|"upc"/);

  const fields = { id: "SHOP", name: "Shop", extra: { description: 7, timezone: [], status: 1 } };
  expect((await trpc("locations.create", fields)).status).toBe(200);
  expect((await ask("/v2/locations/SHOP")).body["location"]).toEqual({
    id: "SHOP",
    name: "Shop",
    status: "ACTIVE",
    merchant_id: world.merchantId,
    created_at: expect.any(String),
  });
});

test("asking what a stream would be leaves no stream behind", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  for (let time = 0; time < 50; time++) {
    const answer = await world.app.fetch(
      new Request("http://bincard.test/trpc/feed.follow", {
        method: "HEAD",
        headers: { Authorization: `Bearer ${world.token}` },
      }),
    );
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  }
  // Whatever else keeps time here, it is not one for each.
  expect(timers() - before).toBeLessThan(25);
});
