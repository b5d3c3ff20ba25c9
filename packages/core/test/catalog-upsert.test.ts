import { formatTime, LIMITS, operations, parseTime, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, refusalOf } from "./refusal-of.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function upsert(objects: readonly object[], options: { key?: string; as?: Principal } = {}) {
  const { key = newKey(), as = world.root } = options;
  const given = { idempotencyKey: key, objects };
  return world.ledger.catalog.upsert(as, parse(operations.catalog.upsert, given));
}
async function get(id: string, includeDeleted = false) {
  const input = parse(operations.catalog.get, { id, includeDeleted });
  return (await world.ledger.catalog.get(world.root, input)).object;
}
async function remove(...ids: string[]) {
  return world.ledger.catalog.delete(world.root, parse(operations.catalog.delete, { ids }));
}
async function everyId(): Promise<string[]> {
  const input = parse(operations.catalog.list, { includeDeleted: true, limit: 1_000 });
  const { objects } = await world.ledger.catalog.list(world.root, input);
  return objects.map(({ id }) => id);
}
const receive = (catalogObjectId: string) =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId,
    locationId: world.main,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: formatTime(Date.now() * 1_000),
  }) as const;

let named = 0;
/** An item of a chosen id with two variations, and those ids. */
async function coffee() {
  const id = `coffee-${named++}`;
  const [small, large] = [`${id}-s`, `${id}-l`];
  const variations = [
    { id: small, name: "Small", sku: `${id}/s` },
    { id: large, name: "Large", upc: "0123" },
  ];
  await upsert([{ type: "ITEM", id, name: "Coffee", description: "hot", variations }]);
  return { id, small, large };
}

describe("new objects", () => {
  test('"#name" stands for the id that Bincard makes, anywhere in the request', async () => {
    const answer = await upsert([
      { type: "ITEM_VARIATION", id: "#decaf", itemId: "#coffee", name: "Decaf", sku: "D" },
      {
        type: "ITEM",
        id: "#coffee",
        name: "Coffee",
        variations: [{ id: "#x y/é", name: "Regular" }],
      },
    ]);
    const mapped = new Map(
      answer.idMappings.map(({ clientObjectId, objectId }) => [clientObjectId, objectId]),
    );
    expect([...mapped.keys()].toSorted()).toEqual(["#coffee", "#decaf", "#x y/é"]);
    for (const id of mapped.values()) expect(id).toMatch(/^[0-9A-Z]{24}$/);
    const [coffee, decaf, regular] = ["#coffee", "#decaf", "#x y/é"].map((name) =>
      mapped.get(name),
    );
    expect(answer.objects).toMatchObject([
      { type: "ITEM_VARIATION", id: decaf, itemId: coffee, name: "Decaf", sku: "D", version: 1 },
      { type: "ITEM", id: coffee, name: "Coffee", version: 1, isDeleted: false },
    ]);
    const item = await get(coffee ?? "");
    const ids = item.type === "ITEM" ? item.variations.map(({ id }) => id) : [];
    expect(ids.toSorted()).toEqual([decaf, regular].toSorted());
    expect(item).toEqual(answer.objects[1]);
    expect(answer.replayed).toBe(false);
  });

  test("an id may be chosen; it is answered as it is, and mapped to nothing", async () => {
    const { id, small } = await coffee();
    const answer = await upsert([
      { type: "ITEM_VARIATION", id: "a.b_c~d:e-f", itemId: id, name: "X" },
    ]);
    expect(answer.idMappings).toEqual([]);
    expect(answer.objects).toMatchObject([{ id: "a.b_c~d:e-f", itemId: id, version: 1 }]);
    expect(await get(small)).toMatchObject({ name: "Small", itemId: id });
    expect((await world.record([receive("a.b_c~d:e-f")])).counts).toHaveLength(1);
  });

  test("extra is kept verbatim, on items and on variations", async () => {
    const extra = {
      text: 'quotes " and \\ and % and é and 🍵',
      nested: { list: [1, -2.5, 1e21, true, null, "", [], {}], "a key with spaces": null },
      "": "no name",
    };
    const variations = [{ id: "#v", name: "V", extra: { ...extra, of: "variation" } }];
    const { objects } = await upsert([{ type: "ITEM", id: "#i", name: "I", extra, variations }]);
    const [object] = objects;
    expect(object).toMatchObject({ extra, variations: [{ extra: { ...extra, of: "variation" } }] });
    const plain = await upsert([{ type: "ITEM", id: "#i", name: "I" }]);
    expect(plain.objects[0]).not.toHaveProperty("extra");
    const empty = await upsert([{ type: "ITEM", id: "#i", name: "I", extra: {} }]);
    expect(empty.objects[0]).toMatchObject({ extra: {} });
  });

  test("a version for what does not exist is NOT_FOUND", async () => {
    const made = { type: "ITEM", name: "I", version: 1 };
    expect(await faultsOf(() => upsert([{ ...made, id: "absent" }]))).toEqual([
      ["NOT_FOUND", ["objects", 0, "id"]],
    ]);
    expect(await faultsOf(() => upsert([{ ...made, id: "#absent" }]))).toEqual([
      ["NOT_FOUND", ["objects", 0, "id"]],
    ]);
  });

  test("an unknown item, a deleted one and a variation in its place are NOT_FOUND", async () => {
    const { id, small } = await coffee();
    const gone = await coffee();
    await remove(gone.id);
    const variation = (itemId: string) => ({ type: "ITEM_VARIATION", id: "#v", name: "V", itemId });
    for (const itemId of ["absent", "#absent", small, gone.id, "#v"])
      expect(await faultsOf(() => upsert([variation(itemId)])), itemId).toEqual([
        ["NOT_FOUND", ["objects", 0, "itemId"]],
      ]);
    expect((await upsert([variation(id)])).objects).toHaveLength(1);
  });

  test("an id named twice is refused, also between an item and its variations", async () => {
    const before = await everyId();
    const twice = [
      { type: "ITEM", id: "#a", name: "A", variations: [{ id: "b", name: "B" }] },
      { type: "ITEM", id: "b", name: "B" },
      {
        type: "ITEM",
        id: "#a",
        name: "A",
        variations: [
          { id: "#c", name: "C" },
          { id: "#c", name: "C" },
        ],
      },
    ];
    expect(await faultsOf(() => upsert(twice))).toEqual([
      ["CONFLICTING_FIELDS", ["objects", 1, "id"]],
      ["CONFLICTING_FIELDS", ["objects", 2, "id"]],
      ["CONFLICTING_FIELDS", ["objects", 2, "variations", 1, "id"]],
    ]);
    expect(await everyId()).toEqual(before);
  });
});

describe("updates", () => {
  test("the version it was made from counts on; what is left out is gone", async () => {
    const { id, small } = await coffee();
    const before = await get(id);
    const first = await upsert([{ type: "ITEM", id, version: 1, name: "Kaffee" }]);
    const after = await get(id);
    expect(first.objects).toEqual([after]);
    expect(after).toMatchObject({ name: "Kaffee", version: 2 });
    expect(after).not.toHaveProperty("description");
    expect(parseTime(after.updatedAt)).toBeGreaterThan(parseTime(before.updatedAt) ?? Infinity);
    expect(after).toMatchObject({ variations: [{ name: "Large" }, { id: small, name: "Small" }] });
  });

  test("variations named in their item are updated with it, the others stay as they are", async () => {
    const { id, small, large } = await coffee();
    const untouched = await get(large);
    const variations = [
      { id: small, version: 1, name: "Tiny" },
      { id: "#huge", name: "Huge" },
    ];
    await upsert([{ type: "ITEM", id, version: 1, name: "Coffee", variations }]);
    const item = await get(id);
    if (item.type !== "ITEM") throw new Error("an item became something else");
    expect(item.variations.map(({ name, version }) => [name, version]).toSorted()).toEqual([
      ["Huge", 1],
      ["Large", 1],
      ["Tiny", 2],
    ]);
    expect(await get(large)).toEqual(untouched);
    expect(await get(small)).not.toHaveProperty("sku");
  });

  test("a version that is not current, and none at all, are VERSION_MISMATCH", async () => {
    const { id, small, large } = await coffee();
    const item = { type: "ITEM", id, name: "Other" };
    const variation = { type: "ITEM_VARIATION", id: small, itemId: id, name: "Other" };
    const mismatch = [["VERSION_MISMATCH", ["objects", 0, "version"]]];
    expect(await faultsOf(() => upsert([{ ...item, version: 2 }]))).toEqual(mismatch);
    expect(await faultsOf(() => upsert([item]))).toEqual(mismatch);
    expect(await faultsOf(() => upsert([variation]))).toEqual(mismatch);
    const nested = [
      { ...item, version: 1, variations: [{ id: large, version: 9, name: "Other" }] },
    ];
    expect(await faultsOf(() => upsert(nested))).toEqual([
      ["VERSION_MISMATCH", ["objects", 0, "variations", 0, "version"]],
    ]);
    expect(await get(id)).toMatchObject({ name: "Coffee", version: 1 });
    const { failures } = await refusalOf(() => upsert([{ ...item, version: 2 }]));
    expect(failures[0].subject).toEqual({ kind: "catalog object", id });
  });

  test("of updates from one version that come at once, one goes through", async () => {
    const { id } = await coffee();
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) =>
        upsert([{ type: "ITEM", id, version: 1, name: `${at}` }]),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await get(id)).toMatchObject({ version: 2 });
  });

  test("a variation cannot move to another item, and nothing changes its type", async () => {
    const [from, to] = [await coffee(), await coffee()];
    const moved = { type: "ITEM_VARIATION", id: from.small, version: 1, itemId: to.id, name: "S" };
    expect(await faultsOf(() => upsert([moved]))).toEqual([
      ["CONFLICTING_FIELDS", ["objects", 0, "itemId"]],
    ]);
    const variations = [{ id: from.small, version: 1, name: "S" }];
    const nested = { type: "ITEM", id: to.id, version: 1, name: "To", variations };
    expect((await refusalOf(() => upsert([nested]))).code).toBe("CONFLICTING_FIELDS");
    const turned = { type: "ITEM_VARIATION", id: from.id, version: 1, itemId: to.id, name: "S" };
    expect(await faultsOf(() => upsert([turned]))).toEqual([
      ["CONFLICTING_FIELDS", ["objects", 0, "type"]],
    ]);
    expect(await get(from.small)).toMatchObject({ itemId: from.id, version: 1 });
  });

  test("a deleted object's id stays taken", async () => {
    const { id, small } = await coffee();
    await remove(id);
    const item = { type: "ITEM", id, name: "Again" };
    const taken = [["ALREADY_EXISTS", ["objects", 0, "id"]]];
    expect(await faultsOf(() => upsert([item]))).toEqual(taken);
    expect(await faultsOf(() => upsert([{ ...item, version: 2 }]))).toEqual([
      ["NOT_FOUND", ["objects", 0, "id"]],
    ]);
    const { id: other } = await coffee();
    const variation = { type: "ITEM_VARIATION", id: small, itemId: other, name: "Again" };
    expect(await faultsOf(() => upsert([variation]))).toEqual(taken);
    expect(await get(id, true)).toMatchObject({ name: "Coffee", isDeleted: true });
  });
});

test("L5: one bad object keeps them all out; each bad one is named, the graver fault first", async () => {
  const { id } = await coffee();
  const before = await everyId();
  const stored = await get(id);
  const objects = [
    { type: "ITEM", id: "#fine", name: "Fine" },
    { type: "ITEM", id, version: 5, name: "Mismatch" },
    { type: "ITEM", id: "#also-fine", name: "Fine", variations: [{ id: "#v", name: "V" }] },
    { type: "ITEM_VARIATION", id: "#lost", itemId: "absent", name: "Lost" },
  ];
  expect(await faultsOf(() => upsert(objects))).toEqual([
    ["NOT_FOUND", ["objects", 3, "itemId"]],
    ["VERSION_MISMATCH", ["objects", 1, "version"]],
  ]);
  expect(await everyId()).toEqual(before);
  expect(await get(id)).toEqual(stored);
});

test("more ids than a statement has parameters are judged, and a thousand faults listed", async () => {
  const variations = (item: number) =>
    Array.from({ length: LIMITS.variationsPerItem }, (_, index) => ({
      id: `absent-${item}-${index}`,
      version: 1,
      name: "Absent",
    }));
  const objects = Array.from({ length: 264 }, (_, item) => ({
    type: "ITEM",
    id: `absent-${item}`,
    version: 1,
    name: "Absent",
    variations: variations(item),
  }));
  const { failures } = await refusalOf(() => upsert(objects));
  expect(failures).toHaveLength(LIMITS.failuresPerRefusal);
  expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["NOT_FOUND"]));
  expect(failures[0].path).toEqual(["objects", 0, "id"]);
});

test("thousands of objects go in at once", async () => {
  const objects = Array.from({ length: 2_500 }, (_, index) => ({
    type: "ITEM",
    id: `#${index}`,
    name: `"It's", ${index}\\ {é}, null`,
    variations: [{ id: `#${index}/v`, name: "null", sku: index % 2 === 0 ? "NULL" : `,${index}` }],
  }));
  const as = await world.stranger("Importer");
  const { objects: made, idMappings } = await upsert(objects, { as });
  expect(idMappings).toHaveLength(5_000);
  expect(made).toMatchObject(
    objects.map(({ name, variations: [{ sku } = { sku: "" }] }) => ({
      name,
      variations: [{ name: "null", sku }],
    })),
  );
});

describe("idempotency keys", () => {
  test("L6: same key, same body: the same ids again, and the objects as they stand", async () => {
    const key = newKey();
    const objects = [
      { type: "ITEM", id: "#i", name: "Once", variations: [{ id: "#v", name: "V" }] },
    ];
    const first = await upsert(objects, { key });
    const [{ id } = { id: "" }] = first.objects;
    await upsert([{ type: "ITEM", id, version: 1, name: "Twice" }]);
    const again = await upsert(objects, { key });
    expect(again.idMappings).toEqual(first.idMappings);
    expect(again.objects).toEqual([await get(id)]);
    expect(again.objects).toMatchObject([{ id, name: "Twice", version: 2 }]);
    expect([first.replayed, again.replayed]).toEqual([false, true]);
    expect(again.idempotencyKey).toBe(key);
  });

  test("L6: duplicates that come at once have one effect", async () => {
    const key = newKey();
    const before = await everyId();
    const objects = [{ type: "ITEM", id: "#i", name: "At once" }];
    const answers = await Promise.all(Array.from({ length: 12 }, () => upsert(objects, { key })));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ objects: [object] }) => object?.id)).size).toBe(1);
    expect(await everyId()).toHaveLength(before.length + 1);
  });

  test("L6: same key, other body or other operation: refused, and nothing is written", async () => {
    const reused = [["IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"]]];
    const { small } = await coffee();
    const [ofCatalog, ofChanges] = [newKey(), newKey()];
    const objects = [{ type: "ITEM", id: "#i", name: "First" }];
    await upsert(objects, { key: ofCatalog });
    await world.record([receive(small)], { key: ofChanges });
    const before = await everyId();
    const other = [{ type: "ITEM", id: "#i", name: "Second" }];
    expect(await faultsOf(() => upsert(other, { key: ofCatalog }))).toEqual(reused);
    expect(await faultsOf(() => upsert(objects, { key: ofChanges }))).toEqual(reused);
    expect(await faultsOf(() => world.record([receive(small)], { key: ofCatalog }))).toEqual(
      reused,
    );
    expect(await everyId()).toEqual(before);
    expect(await world.quantity(small)).toBe("1");
  });

  test("L6: a refusal from stored state is the key's answer from then on", async () => {
    const key = newKey();
    const objects = [{ type: "ITEM_VARIATION", id: "#v", itemId: "made-later", name: "V" }];
    const refused = await refusalOf(() => upsert(objects, { key }));
    expect(refused.code).toBe("NOT_FOUND");
    await upsert([{ type: "ITEM", id: "made-later", name: "Later" }]);
    expect((await refusalOf(() => upsert(objects, { key }))).failures).toEqual(refused.failures);
    expect((await upsert(objects)).objects).toHaveLength(1);
  });

  test("L6: a malformed request is not kept: the key is free for a sound one", async () => {
    const key = newKey();
    const twice = [1, 2].map(() => ({ type: "ITEM", id: "#i", name: "Twice" }));
    expect((await refusalOf(() => upsert(twice, { key }))).code).toBe("CONFLICTING_FIELDS");
    expect((await upsert(twice.slice(1), { key })).replayed).toBe(false);
  });
});
