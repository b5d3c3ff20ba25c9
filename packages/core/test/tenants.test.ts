import { type ChangeInput, formatTime, operations, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyOperation, subscribed, type Things } from "./every-operation.ts";
import { refusalOf } from "./refusal-of.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/**
 * L11 as far as every query carries its merchant. Two merchants own things of the same names and ids; one
 * of them also has things of its own.
 */
const MARK = "of-the-other";
const QUANTITY = "777.77";
const now = Date.now() * 1_000;

let world: World;
/** Whose things carry the mark, and who must not notice any of them. */
let owner: Principal;
let stranger: Principal;
let shared: Things;
let private_: Things;

const receive = (item: string, place: string, quantity: string): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId: item,
  locationId: place,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity,
  occurredAt: formatTime(now),
});

interface Furniture {
  readonly item: string;
  readonly place: string;
  readonly mark: string;
  readonly quantity: string;
}

async function furnish(as: Principal, { item, place, mark, quantity }: Furniture): Promise<Things> {
  const { ledger } = world;
  const location = { id: place, name: place, description: mark };
  await ledger.locations.create(as, parse(operations.locations.create, location));
  const variations = [{ id: `${item}-V`, name: `V ${mark}`, sku: `SKU ${mark}` }];
  const objects = [{ type: "ITEM", id: item, name: `Tea ${mark}`, variations }];
  const upsert = { idempotencyKey: `upsert ${item}`, objects };
  await ledger.catalog.upsert(as, parse(operations.catalog.upsert, upsert));
  const key = `record ${item}`;
  const { changes } = await world.record([receive(`${item}-V`, place, quantity)], { as, key });
  const asked = { application: { id: "POS", name: `POS ${mark}` }, scopes: ["INVENTORY_READ"] };
  const { info } = await ledger.tokens.create(as, parse(operations.tokens.create, asked));
  return {
    catalogObjectId: `${item}-V`,
    locationId: place,
    changeId: changes[0]?.id ?? "",
    tokenId: info.id,
    ...(await subscribed(ledger, as)),
  };
}

beforeAll(async () => {
  world = await openWorld();
  owner = await world.stranger("Twin");
  stranger = await world.stranger("Twin");
  const own = { mark: MARK, quantity: QUANTITY };
  await furnish(owner, { item: "TEA", place: "SHOP", ...own });
  private_ = await furnish(owner, { item: "SECRET", place: "CELLAR", ...own });
  shared = await furnish(stranger, { item: "TEA", place: "SHOP", mark: "own", quantity: "1" });
});
afterAll(() => world.close());

/** Every row of a merchant, of every table. */
async function rowsOf({ merchantId }: Principal): Promise<Record<string, string[]>> {
  const { sql } = world;
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'bincard' and column_name = 'merchant_id' order by 1`;
  expect(tables.length).toBeGreaterThan(5);
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await sql<{ row: string }[]>`
      select to_jsonb(t)::text as row from ${sql(`bincard.${name}`)} t
      where merchant_id = ${merchantId} order by 1`;
    rows[name] = found.map(({ row }) => row);
  }
  const self = await sql<{ row: string }[]>`
    select to_jsonb(t)::text as row from bincard.merchants t where id = ${merchantId}`;
  rows["merchants"] = self.map(({ row }) => row);
  return rows;
}

const asked = () =>
  Object.entries(everyOperation(world.ledger)).flatMap(([room, verbs]) =>
    Object.entries(verbs).map(([verb, ask]) => ({ name: `${room}.${verb}`, ask })),
  );
const names = Object.entries(operations).flatMap(([room, verbs]) =>
  Object.keys(verbs).map((verb) => `${room}.${verb}`),
);
const askOf = (name: string) => {
  const found = asked().find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not asked`);
  return found.ask;
};

/** Merchants are the operator's to see: with ADMIN these two name every merchant, by design. */
const OPERATORS = ["merchants.create", "merchants.list"];
/** Those that name one thing, which is not the asker's. */
const BY_ID = [
  "changes.create",
  "changes.get",
  "changes.ofObject",
  "counts.ofObject",
  "catalog.upsert",
  "catalog.get",
  "catalog.delete",
  "locations.get",
  "locations.update",
  "webhooks.get",
  "webhooks.update",
  "webhooks.delete",
  "webhooks.rotateKey",
  "webhooks.test",
  "webhooks.delivery",
  "webhooks.replay",
  "tokens.revoke",
];
/** What is gone cannot be asked for again. */
const FOR_GOOD = ["catalog.delete", "webhooks.delete"];

function expectNothingOf({ merchantId }: Principal, answer: unknown): void {
  const text = JSON.stringify(answer);
  for (const trace of [MARK, QUANTITY, merchantId, "SECRET", "CELLAR"])
    expect(text).not.toContain(trace);
}

describe.each(names)("%s", (name) => {
  test("L11: another merchant's things are not there", async () => {
    const before = await rowsOf(owner);
    if (BY_ID.includes(name)) {
      const refusal = await refusalOf(() => askOf(name)(stranger, private_));
      expect(refusal.failures.map(({ code }) => code)).toEqual(["NOT_FOUND"]);
      expect(refusal.failures[0].message).not.toContain(MARK);
    } else if (!OPERATORS.includes(name))
      expectNothingOf(owner, await askOf(name)(stranger, private_));
    expect(await rowsOf(owner)).toEqual(before);
  });
});

describe("of the same names and ids", () => {
  test.each(names.filter((name) => !FOR_GOOD.includes(name)))(
    "L11: %s finds and touches its merchant's own",
    async (name) => {
      const before = await rowsOf(owner);
      const item = { ...shared, catalogObjectId: name === "catalog.upsert" ? "TEA" : "TEA-V" };
      const answer = await askOf(name)(stranger, item);
      if (!OPERATORS.includes(name)) expectNothingOf(owner, answer);
      expect(await rowsOf(owner)).toEqual(before);
    },
  );

  test("L11: catalog.delete leaves the other's object, which can still be counted", async () => {
    const before = await rowsOf(owner);
    const change = [receive("TEA-V", "SHOP", "0.23")];
    await world.record(change, { as: stranger });
    expect(await askOf("catalog.delete")(stranger, shared)).toMatchObject({
      deletedIds: ["TEA-V"],
    });
    expect(await rowsOf(owner)).toEqual(before);
    expect((await refusalOf(() => world.record(change, { as: stranger }))).code).toBe("NOT_FOUND");
    expect((await world.record(change, { as: owner })).counts).toMatchObject([{ quantity: "778" }]);
  });
});

test("L6 L11: the same key with the same body is another request at another merchant", async () => {
  const keys = [newKey(), newKey()] as const;
  const objects = [{ type: "ITEM", id: "#i", name: "I", variations: [{ id: "KEYED", name: "K" }] }];
  const given = parse(operations.catalog.upsert, { idempotencyKey: keys[0], objects });
  const changes = [receive("KEYED", "SHOP", "1")];
  for (const as of [owner, stranger]) {
    expect((await world.ledger.catalog.upsert(as, given)).replayed).toBe(false);
    const recorded = await world.record(changes, { as, key: keys[1] });
    expect(recorded).toMatchObject({ replayed: false, counts: [{ quantity: "1" }] });
    expect(recorded.changes[0]?.id.startsWith(as.merchantId)).toBe(true);
  }
});

test("L9 L11: each merchant has its positions to itself, without gaps", async () => {
  const [first, second] = [await world.stranger("First"), await world.stranger("Second")];
  for (const as of [first, second])
    await furnish(as, { item: "TEA", place: "SHOP", mark: "x", quantity: "1" });
  await Promise.all(
    [first, second, first, second, first].map((as) =>
      world.record([receive("TEA-V", "SHOP", "1"), receive("TEA-V", "SHOP", "2")], { as }),
    ),
  );
  const positionsOf = async (as: Principal) => {
    const input = parse(operations.changes.list, {});
    const found = await world.ledger.changes.list(as, input);
    return found.changes.map(({ position }) => position);
  };
  expect(await positionsOf(first)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await positionsOf(second)).toEqual([1, 2, 3, 4, 5]);
  for (const as of [first, second, owner, stranger]) {
    const found = await world.ledger.ledger.verify(as, parse(operations.ledger.verify, {}));
    expect(found).toMatchObject({ merchantId: as.merchantId, findings: [] });
  }
});
