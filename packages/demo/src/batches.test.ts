import { LIMITS, operations, parseQuantity, parseTime } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { DEMO_DAYS, demoBatches, type Telling } from "./batches.ts";
import { CATALOG, VARIATIONS } from "./catalog.ts";

const TELLING: Telling = {
  seed: 1,
  places: { highStreet: "HIGH", riverside: "RIVER", warehouse: "WARE" },
  until: new Date("2026-11-22T07:00:00Z"),
  reference: "Demo 1 until 2026-11-22T07:00:00.000Z",
};
const batches = demoBatches(TELLING);
const changes = batches.flatMap((batch) => batch.changes);

describe("the catalog", () => {
  test("has two hundred variations, which a scanner finds by numbers of their own", () => {
    expect(VARIATIONS).toHaveLength(200);
    const variations = CATALOG.flatMap((object) =>
      object.type === "ITEM" ? (object.variations ?? []) : [],
    );
    for (const field of ["id", "sku", "upc"] as const)
      expect(new Set(variations.map((each) => each[field])).size).toBe(200);
    for (const { upc = "" } of variations) {
      const digits = [...upc].map(Number);
      const weighed = digits.reduce((sum, digit, at) => sum + digit * (at % 2 === 0 ? 1 : 3), 0);
      expect([digits.length, weighed % 10]).toEqual([13, 0]);
    }
  });

  test("is what the contract takes", () => {
    const parsed = operations.catalog.upsert.input.safeParse({
      idempotencyKey: "k",
      objects: CATALOG,
    });
    expect(parsed.error).toBeUndefined();
  });
});

describe("the story", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(demoBatches(TELLING)).toEqual(batches);
    expect(demoBatches({ ...TELLING, seed: 2 })).not.toEqual(batches);
  });

  test("is what the contract takes, batch by batch, each under its own key", () => {
    for (const batch of batches)
      expect(operations.changes.create.input.safeParse(batch).error).toBeUndefined();
    expect(new Set(batches.map((batch) => batch.idempotencyKey)).size).toBe(batches.length);
    for (const { idempotencyKey } of batches)
      expect(idempotencyKey.length).toBeLessThanOrEqual(LIMITS.idempotencyKeyCharacters);
  });

  test("lasts ninety days and ends in time", () => {
    const times = changes.map(({ occurredAt }) => parseTime(occurredAt) ?? Number.NaN);
    const day = 86_400_000_000;
    const days = (TELLING.until.getTime() * 1_000 - times.reduce((a, b) => Math.min(a, b))) / day;
    expect(Math.ceil(days)).toBe(DEMO_DAYS);
    expect(times.every((time) => time <= TELLING.until.getTime() * 1_000)).toBe(true);
  });

  test("has all there is to see: receipts, sales, waste, returns, transfers and counts", () => {
    const kinds = new Map<string, number>();
    for (const change of changes) {
      const kind =
        change.type === "ADJUSTMENT" ? `${change.fromState} ${change.toState}` : change.type;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect([...kinds.keys()].toSorted()).toEqual([
      "IN_STOCK SOLD",
      "IN_STOCK WASTE",
      "NONE IN_STOCK",
      "PHYSICAL_COUNT",
      "TRANSFER",
      "UNLINKED_RETURN IN_STOCK",
    ]);
    for (const found of kinds.values()) expect(found).toBeGreaterThan(50);
    expect(changes.some(({ quantity }) => quantity.includes("."))).toBe(true);
  });

  test("begins with the change that says whose ledger it is", () => {
    expect(changes[0]?.referenceId).toBe(TELLING.reference);
  });

  test("has sales that arrive a day late, also behind a count of the same shelf", () => {
    const isLate = batches.flatMap((batch) => {
      const [first] = batch.changes;
      const last = batch.changes.at(-1);
      if (first === undefined || last === undefined) return [];
      return batch.changes.filter(
        ({ occurredAt }) => Date.parse(last.occurredAt) - Date.parse(occurredAt) > 86_400_000 / 2,
      );
    });
    expect(isLate.length).toBeGreaterThan(100);
    const counted = new Map<string, number>();
    let behind = 0;
    for (const change of changes) {
      const at = Date.parse(change.occurredAt);
      if (change.type === "TRANSFER") continue;
      const key = `${change.catalogObjectId} ${change.locationId ?? ""}`;
      if (change.type === "PHYSICAL_COUNT") counted.set(key, at);
      else if (at < (counted.get(key) ?? 0)) behind += 1;
    }
    expect(behind).toBeGreaterThan(0);
  });

  test("has counts that find less than the ledger said, and more", () => {
    const { fewer, more } = variances();
    expect(fewer).toBeGreaterThan(20);
    expect(more).toBeGreaterThan(0);
  });
});

/** How many counts found another quantity than the changes before them come to. */
function variances() {
  const held = new Map<string, bigint>();
  const found = { fewer: 0, more: 0 };
  const inOrder = changes.toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1));
  const move = (id: string, at: string | undefined, by: bigint) =>
    held.set(`${id} ${at ?? ""}`, (held.get(`${id} ${at ?? ""}`) ?? 0n) + by);
  for (const change of inOrder) {
    const id = change.catalogObjectId;
    const quantity = parseQuantity(change.quantity) ?? 0n;
    if (change.type === "TRANSFER") {
      move(id, change.fromLocationId, -quantity);
      move(id, change.toLocationId, quantity);
    } else if (change.type === "ADJUSTMENT") {
      const by = change.toState === "IN_STOCK" ? quantity : -quantity;
      move(id, change.locationId, by);
    } else {
      const key = `${id} ${change.locationId}`;
      const before = held.get(key) ?? 0n;
      if (quantity < before) found.fewer += 1;
      if (quantity > before) found.more += 1;
      held.set(key, quantity);
    }
  }
  return found;
}
