import { LIMITS, operations } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, refusalOf } from "./refusal-of.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/** `LIMITS.variationsPerItem` holds for the item, however many requests its variations come in. */

const MOST = LIMITS.variationsPerItem;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function upsert(objects: readonly object[], key = newKey()) {
  const given = { idempotencyKey: key, objects };
  return world.ledger.catalog.upsert(world.root, parse(operations.catalog.upsert, given));
}
async function get(id: string) {
  const { object } = await world.ledger.catalog.get(
    world.root,
    parse(operations.catalog.get, { id }),
  );
  if (object.type !== "ITEM") throw new Error(`${id} is no item`);
  return object;
}

const item = (id: string, variations: readonly object[] = []) => ({
  type: "ITEM",
  id,
  name: "Grown",
  variations,
});
/** Some variations of an item, as an item has them. */
const inner = (of: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${of}-${index}`, name: "V" }));
const outer = (itemId: string, name: string) => ({
  type: "ITEM_VARIATION",
  id: `${itemId}-${name.replaceAll(" ", "")}`,
  itemId,
  name: "V",
});

describe("variations of one item", () => {
  test("one more than there may be is refused, in whichever way it comes", async () => {
    const id = "full";
    await upsert([item(id, inner(id, MOST))]);
    const tooMany = await refusalOf(() => upsert([item("other"), outer(id, "more")]));
    expect(tooMany.failures).toEqual([
      {
        code: "TOO_MANY",
        path: ["objects", 1, "itemId"],
        message: `${id} would have ${MOST + 1} variations; an item has at most ${MOST}`,
        subject: { kind: "catalog object", id },
      },
    ]);
    const { version } = await get(id);
    const nested = { ...item(id, [{ id: "full-more", name: "V" }]), version };
    expect(await faultsOf(() => upsert([nested]))).toEqual([
      ["TOO_MANY", ["objects", 0, "variations"]],
    ]);
    const both = [item("both", inner("both", MOST)), outer("both", "more"), outer("both", "yet")];
    expect(await faultsOf(() => upsert(both))).toEqual([["TOO_MANY", ["objects", 1, "itemId"]]]);
    const sent = { ...item("#new", inner("new", MOST)), id: "#new" };
    const around = [{ ...outer("#new", "x"), id: "#x" }, sent];
    expect(await faultsOf(() => upsert(around))).toHaveLength(1);
  });

  test("an item that is full is updated and sent back whole as any other", async () => {
    const id = "whole";
    await upsert([item(id, inner(id, MOST - 1)), outer(id, "last")]);
    const { variations, version } = await get(id);
    expect(variations).toHaveLength(MOST);
    const again = variations.map(({ id: of, version: at }) => ({ id: of, version: at, name: "W" }));
    await upsert([{ ...item(id, again), version }]);
    expect((await get(id)).variations.map(({ name }) => name)).toEqual(again.map(() => "W"));
  });

  test("what was deleted leaves room", async () => {
    const id = "roomy";
    await upsert([item(id, inner(id, MOST))]);
    const remove = parse(operations.catalog.delete, { ids: ["roomy-0"] });
    await world.ledger.catalog.delete(world.root, remove);
    await upsert([outer(id, "in its place")]);
    expect((await get(id)).variations).toHaveLength(MOST);
  });

  test("L6: the refusal is the key's answer, also once there is room", async () => {
    const id = "kept";
    await upsert([item(id, inner(id, MOST))]);
    const key = newKey();
    const more = [outer(id, "more")];
    const refused = await refusalOf(() => upsert(more, key));
    const remove = parse(operations.catalog.delete, { ids: ["kept-0"] });
    await world.ledger.catalog.delete(world.root, remove);
    expect((await refusalOf(() => upsert(more, key))).failures).toEqual(refused.failures);
  });

  test("of many that come at once, no more get in than there is room for", async () => {
    const id = "raced";
    await upsert([item(id, inner(id, MOST - 3))]);
    const tried = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => upsert([outer(id, `r${index}`)])),
    );
    expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect((await get(id)).variations).toHaveLength(MOST);
  });
});
