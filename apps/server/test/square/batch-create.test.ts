import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  at,
  B,
  batch,
  BATCH_CHANGES,
  BATCH_CREATE,
  BATCH_COUNTS,
  count,
  DIALECTS,
  listAt,
  minutesAgo,
  openWorld,
  receive,
  sell,
  textAt,
  waste,
  type World,
} from "./world.ts";

let world: World;
let shop: string;
let cellar: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await world.newLocation("Shop");
  cellar = await world.newLocation("Cellar");
});
afterAll(async () => world.close());

const send = async (body: unknown, version?: string) =>
  world.ask(BATCH_CREATE, { body, ...(version === undefined ? {} : { version }) });

describe.each(DIALECTS)("changes/batch-create in dialect %s", (_, version) => {
  test("answers the changes in request order and the counts they named", async () => {
    const of = await world.newVariation(`Beans ${version}`);
    const reply = await send(
      batch(
        receive({ of, at: shop, quantity: "10", ago: 5 }),
        waste({ of, at: shop, quantity: "2.50", ago: 4 }),
      ),
      version,
    );
    expect(reply.status).toBe(200);
    expect(reply.headers.get("square-version")).toBe(version);
    const position = Number(reply.headers.get("bincard-position"));
    const next = await send(batch(receive({ of, at: cellar, quantity: "1" })), version);
    expect(Number(next.headers.get("bincard-position"))).toBe(position + 1);
    expect(reply.body).not.toHaveProperty("errors");
    expect(reply.body["changes"]).toEqual([
      {
        type: "ADJUSTMENT",
        adjustment: {
          id: expect.stringMatching(/^[0-9A-Z]{24}$/),
          from_state: "NONE",
          to_state: "IN_STOCK",
          location_id: shop,
          from_location_id: shop,
          to_location_id: shop,
          catalog_object_id: of,
          catalog_object_type: "ITEM_VARIATION",
          quantity: "10",
          occurred_at: expect.stringMatching(/Z$/),
          created_at: expect.stringMatching(/Z$/),
          source: {
            product: "EXTERNAL_API",
            application_id: expect.any(String),
            name: expect.any(String),
          },
        },
      },
      {
        type: "ADJUSTMENT",
        adjustment: expect.objectContaining({ to_state: "WASTE", quantity: "2.5" }),
      },
    ]);
    const row = { catalog_object_id: of, catalog_object_type: "ITEM_VARIATION", location_id: shop };
    const calculated_at = expect.any(String);
    expect(listAt(reply.body, "counts")).toHaveLength(2);
    expect(reply.body["counts"]).toEqual(
      expect.arrayContaining([
        { ...row, state: "IN_STOCK", quantity: "7.5", calculated_at },
        { ...row, state: "WASTE", quantity: "2.5", calculated_at },
      ]),
    );
  });

  test("untracked sides get no count row", async () => {
    const of = await world.newVariation(`Sold ${version}`);
    const reply = await send(batch(sell({ of, at: shop })), version);
    expect(reply.body["counts"]).toEqual([
      expect.objectContaining({ state: "IN_STOCK", quantity: "-1" }),
    ]);
  });

  test("keeps what the caller says about a change, ignores what the server sets", async () => {
    const of = await world.newVariation(`Said ${version}`);
    const change = receive({ of, at: shop });
    const said = { reference_id: "PO-7", employee_id: "E1", team_member_id: "T1" };
    const ignored = {
      id: "MINE",
      created_at: "2020-01-01T00:00:00Z",
      catalog_object_type: "ITEM_VARIATION",
      source: { product: "SQUARE_POS" },
      cost_money: { amount: 100, currency: "EUR" },
      vendor_id: "V",
      reason_id: { type: "RECEIVED" },
      total_price_money: { amount: 1, currency: "EUR" },
    };
    const body = batch({ ...change, adjustment: { ...change.adjustment, ...said, ...ignored } });
    const reply = await send({ ...body, ignore_unchanged_counts: null }, version);
    expect(reply.status).toBe(200);
    const recorded = at(reply.body, "changes", 0, "adjustment");
    expect(recorded).toMatchObject({ ...said, source: { product: "EXTERNAL_API" } });
    expect(recorded).not.toHaveProperty("cost_money");
    expect(recorded).not.toMatchObject({ id: "MINE" });
  });

  test("an unchanged count is not recorded, but its count is answered", async () => {
    const of = await world.newVariation(`Unchanged ${version}`);
    await send(batch(receive({ of, at: shop, quantity: "4", ago: 9 })), version);
    const same = count({ of, at: shop, quantity: "4" });
    const ignored = await send(batch(same), version);
    expect(ignored.body["changes"]).toEqual([]);
    expect(ignored.body["counts"]).toEqual([expect.objectContaining({ quantity: "4" })]);
    const kept = await send({ ...batch(same), ignore_unchanged_counts: false }, version);
    expect(listAt(kept.body, "changes")).toHaveLength(1);
  });

  test("the old path is the same operation under the same keys", async () => {
    const of = await world.newVariation(`Old path ${version}`);
    const body = batch(receive({ of, at: shop }));
    const first = await world.ask("POST /v2/inventory/batch-change", { body, version });
    const again = await send(body, version);
    expect(again.status).toBe(200);
    expect(again.body["changes"]).toEqual(first.body["changes"]);
  });
});

describe("idempotency", () => {
  test("same key, same body: the same changes and the counts as they stand", async () => {
    const of = await world.newVariation("Replayed");
    const body = batch(receive({ of, at: shop, quantity: "10" }));
    const first = await send(body);
    await send(batch(sell({ of, at: shop, quantity: "3" })));
    const again = await send(body);
    expect(again.body["changes"]).toEqual(first.body["changes"]);
    expect(at(again.body, "counts", 0, "quantity")).toBe("7");
  });

  test("same key, other body: Square's refusal", async () => {
    const of = await world.newVariation("Reused");
    const body = batch(receive({ of, at: shop }));
    await send(body);
    const reply = await send({ ...body, changes: [receive({ of, at: shop, quantity: "2" })] });
    expect(reply.status).toBe(400);
    expect(reply.body["errors"]).toEqual([
      {
        category: "INVALID_REQUEST_ERROR",
        code: "IDEMPOTENCY_KEY_REUSED",
        detail: "The idempotency key can only be retried with the same request data.",
        field: "idempotency_key",
      },
    ]);
  });

  test("a refusal from stored state stays the key's answer; a malformed request is not kept", async () => {
    const of = await world.newVariation("Refused once");
    const unknown = batch(receive({ of, at: "NOWHERE" }));
    const first = await send(unknown);
    expect(first.status).toBe(404);
    expect(await send(unknown)).toMatchObject({ status: 404, body: first.body });
    const key = { idempotency_key: unknown.idempotency_key };
    const other = await send({ ...key, changes: [receive({ of, at: shop })] });
    expect(at(other.body, "errors", 0, "code")).toBe("IDEMPOTENCY_KEY_REUSED");

    const malformed = batch(receive({ of, at: shop, quantity: "many" }));
    expect((await send(malformed)).status).toBe(400);
    expect((await send({ ...malformed, changes: [receive({ of, at: shop })] })).status).toBe(200);
  });
});

describe("unknown ids", () => {
  test("one error for each bad change, nothing applied", async () => {
    const of = await world.newVariation("Innocent");
    const reply = await send(
      batch(
        receive({ of, at: shop }),
        receive({ of: "NOTHING", at: shop }),
        count({ of, at: "NOWHERE" }),
      ),
    );
    expect(reply.status).toBe(404);
    expect(reply.body["errors"]).toEqual([
      {
        category: "INVALID_REQUEST_ERROR",
        code: "NOT_FOUND",
        detail: "Object `NOTHING` not found.",
        field: "changes[1].adjustment.catalog_object_id",
      },
      {
        category: "INVALID_REQUEST_ERROR",
        code: "NOT_FOUND",
        detail: "This merchant does not have a location with the ID `NOWHERE`.",
        field: "changes[2].physical_count.location_id",
      },
    ]);
    const body = { catalog_object_ids: [of] };
    expect((await world.ask(BATCH_CHANGES, { body })).body["changes"]).toEqual([]);
    expect((await world.ask(BATCH_COUNTS, { body })).body["counts"]).toEqual([]);
  });

  test("an unknown location is blamed on the field the caller wrote", async () => {
    const of = await world.newVariation("Blamed");
    const { adjustment } = receive({ of, at: "NOWHERE" });
    const { location_id: _, ...rest } = adjustment;
    const fieldOf = async (locations: object, version: string) => {
      const change = { type: "ADJUSTMENT", adjustment: { ...rest, ...locations } };
      return at((await send(batch(change), version)).body, "errors", 0, "field");
    };
    const place = "changes[0].adjustment.";
    expect(await fieldOf({ to_location_id: "NOWHERE" }, B)).toBe(`${place}to_location_id`);
    expect(await fieldOf({ from_location_id: "NOWHERE" }, B)).toBe(`${place}from_location_id`);
    expect(await fieldOf({ location_id: "NOWHERE" }, B)).toBe(`${place}location_id`);
  });

  test("an item is not countable, only its variations are", async () => {
    const of = await world.newVariation("Countable");
    const reply = await world.ask(`GET /v2/catalog/object/${of}`);
    const item = textAt(reply.body, "object", "item_variation_data", "item_id");
    const refused = await send(batch(receive({ of: item, at: shop })));
    expect(refused.status).toBe(400);
    expect(at(refused.body, "errors", 0)).toMatchObject({
      code: "INVALID_VALUE",
      field: "changes[0].adjustment.catalog_object_id",
    });
  });
});

describe("locations of an adjustment", () => {
  const bare = (of: string) => ({
    catalog_object_id: of,
    from_state: "NONE",
    to_state: "IN_STOCK",
    quantity: "1",
    occurred_at: minutesAgo(1),
  });

  test.each([
    ["from_location_id alone", { from_location_id: "cellar" }],
    ["to_location_id alone", { to_location_id: "cellar" }],
    ["both", { from_location_id: "cellar", to_location_id: "cellar" }],
  ])("B takes %s", async (name, fields) => {
    const of = await world.newVariation(`B ${name}`);
    const locations = Object.fromEntries(Object.keys(fields).map((field) => [field, cellar]));
    const change = { type: "ADJUSTMENT", adjustment: { ...bare(of), ...locations } };
    const reply = await send(batch(change), B);
    expect(at(reply.body, "changes", 0, "adjustment")).toMatchObject({
      location_id: cellar,
      from_location_id: cellar,
      to_location_id: cellar,
    });
  });

  test.each([
    ["A", "2026-05-20", "changes[0].adjustment.location_id"],
    ["B", B, "changes[0].adjustment.from_location_id"],
  ])("%s without any is refused", async (_, version, field) => {
    const of = await world.newVariation(`None ${version}`);
    const reply = await send(batch({ type: "ADJUSTMENT", adjustment: bare(of) }), version);
    expect(reply.status).toBe(400);
    expect(reply.body["errors"]).toEqual([
      expect.objectContaining({ code: "MISSING_REQUIRED_PARAMETER", field }),
    ]);
  });
});
