import { formatTime, operations, parseTime, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf } from "./refusal-of.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** A merchant without anything, so that a listing shows only what its test made. */
let merchants = 0;
const merchant = () => world.stranger(`Merchant ${merchants++}`);

function upsert(as: Principal, objects: readonly object[]) {
  const input = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  return world.ledger.catalog.upsert(as, input);
}
async function list(as: Principal, given: object = {}) {
  const { objects } = await world.ledger.catalog.list(as, parse(operations.catalog.list, given));
  return objects;
}
const ids = async (as: Principal, given: object = {}) =>
  (await list(as, given)).map(({ id }) => id);
async function get(as: Principal, given: { id: string; includeDeleted?: boolean }) {
  return (await world.ledger.catalog.get(as, parse(operations.catalog.get, given))).object;
}
function remove(as: Principal, ...gone: string[]) {
  return world.ledger.catalog.delete(as, parse(operations.catalog.delete, { ids: gone }));
}
const item = (id: string, fields: object = {}) => ({ type: "ITEM", id, name: id, ...fields });

/** Two drinks with two variations each. */
async function drinks(): Promise<Principal> {
  const as = await merchant();
  await upsert(as, [
    item("tea", {
      name: "Green Tea",
      variations: [
        { id: "tea-s", name: "Small Tea", sku: "T-1", upc: "400" },
        { id: "tea-l", name: "Large Tea", sku: "T-2" },
      ],
    }),
    item("milk", {
      name: "Milk",
      description: "not searched: tea",
      variations: [
        { id: "milk-s", name: "3.5%_small", sku: "m_1" },
        { id: "milk-l", name: "Large \\ Milk", sku: "M-1", upc: "4001" },
      ],
    }),
  ]);
  return as;
}

describe("catalog.list", () => {
  test("everything by id, ascending by its bytes; items with all their variations", async () => {
    const as = await drinks();
    await upsert(as, [item("Zebra"), item("zebra"), item("9")]);
    expect(await ids(as)).toEqual([
      "9",
      "Zebra",
      "milk",
      "milk-l",
      "milk-s",
      "tea",
      "tea-l",
      "tea-s",
      "zebra",
    ]);
    const whole = await list(as);
    expect(whole[5]).toMatchObject({ id: "tea", variations: [{ id: "tea-l" }, { id: "tea-s" }] });
    for (const object of whole) expect(await get(as, { id: object.id })).toEqual(object);
  });

  test("types", async () => {
    const as = await drinks();
    expect(await ids(as, { types: ["ITEM"] })).toEqual(["milk", "tea"]);
    expect(await ids(as, { types: ["ITEM_VARIATION"] })).toHaveLength(4);
    expect(await ids(as, { types: ["ITEM_VARIATION", "ITEM"] })).toEqual(await ids(as));
  });

  test("ids, those that do not exist left out", async () => {
    const as = await drinks();
    expect(await ids(as, { ids: ["tea-s", "absent", "milk", "tea-s"] })).toEqual(["milk", "tea-s"]);
    expect(await ids(as, { ids: ["absent"] })).toEqual([]);
  });

  test("text: every word somewhere in name, SKU or UPC, whatever the case", async () => {
    const as = await drinks();
    expect(await ids(as, { text: "tea" })).toEqual(["tea", "tea-l", "tea-s"]);
    expect(await ids(as, { text: "TEA" })).toEqual(["tea", "tea-l", "tea-s"]);
    expect(await ids(as, { text: "large" })).toEqual(["milk-l", "tea-l"]);
    expect(await ids(as, { text: "  tea   large " })).toEqual(["tea-l"]);
    expect(await ids(as, { text: "tea t-2" })).toEqual(["tea-l"]);
    expect(await ids(as, { text: "400" })).toEqual(["milk-l", "tea-s"]);
    expect(await ids(as, { text: "tea milk" })).toEqual([]);
  });

  test("text: case is folded in every alphabet", async () => {
    const as = await merchant();
    await upsert(as, [item("a", { name: "CAFÉ Ölmühle" }), item("b", { name: "Чай" })]);
    expect(await ids(as, { text: "café ÖLMÜHLE" })).toEqual(["a"]);
    expect(await ids(as, { text: "чАЙ" })).toEqual(["b"]);
    expect(await ids(as, { text: "cafe" })).toEqual([]);
  });

  test("text: %, _ and \\ mean themselves", async () => {
    const as = await drinks();
    expect(await ids(as, { text: "%" })).toEqual(["milk-s"]);
    expect(await ids(as, { text: "_" })).toEqual(["milk-s"]);
    expect(await ids(as, { text: "\\" })).toEqual(["milk-l"]);
    expect(await ids(as, { text: "3.5%_" })).toEqual(["milk-s"]);
    expect(await ids(as, { text: "S%l" })).toEqual([]);
    expect(await ids(as, { text: "m_1" })).toEqual(["milk-s"]);
    expect(await ids(as, { text: "M_1" })).toEqual(["milk-s"]);
  });

  test("SKUs match whole and as they are written", async () => {
    const as = await drinks();
    expect(await ids(as, { skus: ["T-1", "M-1", "absent"] })).toEqual(["milk-l", "tea-s"]);
    expect(await ids(as, { skus: ["t-1"] })).toEqual([]);
    expect(await ids(as, { skus: ["T-"] })).toEqual([]);
    expect(await ids(as, { skus: ["m_1"] })).toEqual(["milk-s"]);
  });

  test("deleted objects only when asked for", async () => {
    const as = await drinks();
    await remove(as, "tea");
    expect(await ids(as)).toEqual(["milk", "milk-l", "milk-s"]);
    const all = await list(as, { includeDeleted: true });
    expect(all.map(({ id, isDeleted }) => (isDeleted ? `-${id}` : id))).toEqual([
      "milk",
      "milk-l",
      "milk-s",
      "-tea",
      "-tea-l",
      "-tea-s",
    ]);
  });

  test("updatedAfter is strict, to the microsecond, and sees deletions", async () => {
    const as = await drinks();
    await upsert(as, [item("later")]);
    await remove(as, "milk-s");
    const whole = await list(as, { includeDeleted: true });
    const updated = whole.map(({ updatedAt }) => parseTime(updatedAt) ?? 0);
    expect(new Set(updated).size).toBe(3);
    for (const time of updated.flatMap((at) => [at - 1, at, at + 1])) {
      const given = { includeDeleted: true, updatedAfter: formatTime(time) };
      expect(await list(as, given)).toEqual(whole.filter((_, at) => (updated[at] ?? 0) > time));
    }
  });

  test("filters narrow each other", async () => {
    const as = await drinks();
    const given = { types: ["ITEM_VARIATION"], text: "large", skus: ["T-1", "T-2"] };
    expect(await ids(as, given)).toEqual(["tea-l"]);
    expect(await ids(as, { ...given, ids: ["tea-s"] })).toEqual([]);
  });
});

describe("catalog.get", () => {
  test("an object that is not, or is deleted, is NOT_FOUND; unless deleted ones are asked for", async () => {
    const as = await drinks();
    const missing = [["NOT_FOUND", ["id"]]];
    expect(await faultsOf(() => get(as, { id: "absent" }))).toEqual(missing);
    expect(await faultsOf(() => get(as, { id: "absent", includeDeleted: true }))).toEqual(missing);
    await remove(as, "tea-s");
    expect(await faultsOf(() => get(as, { id: "tea-s" }))).toEqual(missing);
    const gone = await get(as, { id: "tea-s", includeDeleted: true });
    expect(gone).toMatchObject({ id: "tea-s", isDeleted: true, version: 2, sku: "T-1" });
    expect(await get(as, { id: "tea" })).toMatchObject({ variations: [{ id: "tea-l" }] });
  });
});

describe("catalog.delete", () => {
  test("an item takes its variations along; all of them move on to their next version", async () => {
    const as = await drinks();
    const { deletedIds, deletedAt } = await remove(as, "tea");
    expect(deletedIds).toEqual(["tea", "tea-l", "tea-s"]);
    const gone = await list(as, { ids: deletedIds, includeDeleted: true });
    expect(gone).toHaveLength(3);
    for (const object of gone)
      expect(object).toMatchObject({ isDeleted: true, version: 2, updatedAt: deletedAt });
    const deletedItem = await get(as, { id: "tea", includeDeleted: true });
    expect(deletedItem).toMatchObject({ variations: [{ id: "tea-l" }, { id: "tea-s" }] });
    expect(await get(as, { id: "milk" })).toMatchObject({ version: 1, isDeleted: false });
  });

  test("a variation goes alone", async () => {
    const as = await drinks();
    expect((await remove(as, "tea-s")).deletedIds).toEqual(["tea-s"]);
    expect(await get(as, { id: "tea" })).toMatchObject({ version: 1 });
    expect((await remove(as, "tea", "milk-l")).deletedIds).toEqual(["milk-l", "tea", "tea-l"]);
  });

  test("may be repeated: what was deleted before is not named again, nor touched", async () => {
    const as = await drinks();
    await remove(as, "tea");
    const before = await list(as, { includeDeleted: true });
    expect((await remove(as, "tea", "tea-s")).deletedIds).toEqual([]);
    expect(await list(as, { includeDeleted: true })).toEqual(before);
  });

  test("L5: an unknown id keeps all of them from being deleted", async () => {
    const as = await drinks();
    const before = await list(as);
    expect(await faultsOf(() => remove(as, "tea", "absent", "milk"))).toEqual([
      ["NOT_FOUND", ["ids", 1]],
    ]);
    expect(await list(as)).toEqual(before);
  });
});

describe("what can be counted", () => {
  const receive = (catalogObjectId: string, as: Principal, locationId: string) =>
    world.record(
      [
        {
          type: "ADJUSTMENT",
          catalogObjectId,
          locationId,
          fromState: "NONE",
          toState: "IN_STOCK",
          quantity: "1",
          occurredAt: formatTime(Date.now() * 1_000),
        },
      ],
      { as },
    );
  async function mainOf(as: Principal): Promise<string> {
    const input = parse(operations.locations.list, {});
    return (await world.ledger.locations.list(as, input)).locations[0]?.id ?? "";
  }
  const at = ["changes", 0, "catalogObjectId"];

  test("an ITEM is NOT_COUNTABLE", async () => {
    const as = await drinks();
    const place = await mainOf(as);
    expect(await faultsOf(() => receive("tea", as, place))).toEqual([["NOT_COUNTABLE", at]]);
    expect((await receive("tea-s", as, place)).counts).toMatchObject([{ quantity: "1" }]);
  });

  test("a deleted variation is NOT_FOUND, also when its item took it along", async () => {
    const as = await drinks();
    const place = await mainOf(as);
    for (const id of ["tea-s", "milk-s", "milk-l"]) await receive(id, as, place);
    await remove(as, "tea-s", "milk");
    for (const id of ["tea-s", "milk-s", "milk-l", "milk"])
      expect(await faultsOf(() => receive(id, as, place)), id).toEqual([["NOT_FOUND", at]]);
    expect((await receive("tea-l", as, place)).counts).toMatchObject([{ quantity: "1" }]);
  });

  test("L5: of faults in one batch the graver comes first", async () => {
    const as = await drinks();
    const place = await mainOf(as);
    const change = (catalogObjectId: string) =>
      ({
        type: "PHYSICAL_COUNT",
        catalogObjectId,
        locationId: place,
        state: "IN_STOCK",
        quantity: "1",
        occurredAt: formatTime(Date.now() * 1_000),
      }) as const;
    const batch = ["tea", "absent", "milk", "nobody", "tea-s"].map(change);
    expect(await faultsOf(() => world.record(batch, { as }))).toEqual([
      ["NOT_FOUND", ["changes", 1, "catalogObjectId"]],
      ["NOT_FOUND", ["changes", 3, "catalogObjectId"]],
      ["NOT_COUNTABLE", ["changes", 0, "catalogObjectId"]],
      ["NOT_COUNTABLE", ["changes", 2, "catalogObjectId"]],
    ]);
  });
});
