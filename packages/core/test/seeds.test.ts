import { readFile } from "node:fs/promises";
import { type ChangeInput, operations, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newKey, openWorld, parse, type World } from "./world.ts";

/** The two histories that Square's documentation shows, as it shows them. */
interface Told {
  readonly id: string;
  readonly catalog_object_id: string;
  readonly catalog_object_type: string;
  readonly location_id: string;
  readonly state?: string;
  readonly from_state?: string;
  readonly to_state?: string;
  readonly quantity: string;
  readonly occurred_at: string;
  readonly source: { readonly application_id: string; readonly name: string };
}
interface History {
  readonly changes: readonly {
    readonly type: "PHYSICAL_COUNT" | "ADJUSTMENT";
    readonly physical_count?: Told;
    readonly adjustment?: Told;
  }[];
}

const FIRST = "6F4K33KPNUVDWKZ43KUIFH6K";
const SECOND = "IJBAQDICELYUAUTHM352X3AI";
const PLACE = "EF6D9SACKWBKZ";

interface Row {
  readonly seed: string;
  readonly source: { readonly applicationId: string; readonly name: string };
  readonly input: ChangeInput;
}

async function historyOf(name: string): Promise<Row[]> {
  const text = await readFile(new URL(`seeds/${name}.json`, import.meta.url), "utf8");
  const { changes } = JSON.parse(text) as History;
  return changes.map(({ type, physical_count, adjustment }) => {
    const told = physical_count ?? adjustment;
    if (told === undefined) throw new Error("a record without a body");
    const states =
      type === "ADJUSTMENT"
        ? { fromState: told.from_state, toState: told.to_state }
        : { state: told.state };
    const input = {
      type,
      catalogObjectId: told.catalog_object_id,
      locationId: told.location_id,
      ...states,
      quantity: told.quantity,
      occurredAt: told.occurred_at,
    } as ChangeInput;
    const source = { applicationId: told.source.application_id, name: told.source.name };
    return { seed: told.id, source, input };
  });
}

let world: World;
/** Newest first, of one object. */
let ofObject: Row[];
/** Oldest first, of both. */
let ofBoth: Row[];
beforeAll(async () => {
  world = await openWorld();
  ofObject = await historyOf("changes-of-object");
  ofBoth = await historyOf("changes-of-several");
});
afterAll(() => world.close());

/** A merchant of its own with the documents' ids, and a token of the documents' application. */
async function merchantOf(name: string, { source }: Row): Promise<Principal> {
  const owner = await world.stranger(name);
  const { merchantId } = owner;
  const place = parse(operations.locations.create, { id: PLACE, name: "Shop" });
  await world.ledger.locations.create(owner, place);
  const objects = [
    { type: "ITEM", id: "#one", name: "One", variations: [{ id: FIRST, name: "Regular" }] },
    { type: "ITEM", id: "#two", name: "Two" },
    { type: "ITEM_VARIATION", id: SECOND, itemId: "#two", name: "Regular" },
  ];
  const given = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  await world.ledger.catalog.upsert(owner, given);
  const asked = parse(operations.tokens.create, {
    merchantId,
    application: { id: source.applicationId, name: source.name },
    scopes: ["INVENTORY_READ", "INVENTORY_WRITE", "INVENTORY_BACKDATE"],
  });
  return world.ledger.authenticate((await world.ledger.tokens.create(world.root, asked)).token);
}

/** Every record as we tell it, without what only the ledger knows: id, position, receipt time. */
const expected = (rows: readonly Row[]) =>
  rows.map(({ input, source }) => ({ ...input, catalogObjectType: "ITEM_VARIATION", source }));

const ARRIVALS: Readonly<Record<string, (rows: readonly Row[]) => Row[][]>> = {
  "as it happened": (rows) => rows.map((row) => [row]),
  "newest first": (rows) => rows.toReversed().map((row) => [row]),
  "in one batch": (rows) => [[...rows]],
  "in one batch, newest first": (rows) => [rows.toReversed()],
  "the counts first": (rows) => {
    const [counts, others] = [rows.slice(2), rows.slice(0, 2)];
    return [counts, others.toReversed()];
  },
};

describe.each(Object.keys(ARRIVALS))("L1 L2: the seed histories, arriving %s", (arrival) => {
  let as: Principal;
  beforeAll(async () => {
    const [first] = ofBoth;
    if (first === undefined) throw new Error("the seed is empty");
    as = await merchantOf(arrival, first);
    for (const batch of ARRIVALS[arrival]?.(ofBoth) ?? [])
      await world.record(
        batch.map(({ input }) => input),
        { as },
      );
  });

  test("changes.ofObject tells the first document, record by record, newest first", async () => {
    expect(ofObject.map(({ seed }) => seed)).toHaveLength(3);
    const input = parse(operations.changes.ofObject, { catalogObjectId: FIRST });
    const { changes, cursor } = await world.ledger.changes.ofObject(as, input);
    expect(cursor).toBeUndefined();
    expect(changes).toMatchObject(expected(ofObject));
    const here = { ...input, locationIds: [PLACE] };
    expect((await world.ledger.changes.ofObject(as, here)).changes).toEqual(changes);
  });

  test("changes.list tells the second document, record by record, oldest first", async () => {
    expect(ofBoth.map(({ seed }) => seed)).toHaveLength(4);
    const given = { catalogObjectIds: [FIRST, SECOND] };
    const { changes } = await world.ledger.changes.list(as, parse(operations.changes.list, given));
    expect(changes).toMatchObject(expected(ofBoth));
    const turned = parse(operations.changes.list, { ...given, order: "DESC" });
    expect((await world.ledger.changes.list(as, turned)).changes).toEqual(changes.toReversed());
  });

  test("both documents, page by page of one record", async () => {
    const pages = [];
    for (let cursor: string | undefined; ;) {
      const given = { catalogObjectIds: [FIRST, SECOND], limit: 1, ...(cursor && { cursor }) };
      const page = await world.ledger.changes.list(as, parse(operations.changes.list, given));
      pages.push(...page.changes);
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    expect(pages).toMatchObject(expected(ofBoth));
  });

  test("each record is found by its id", async () => {
    const all = parse(operations.changes.list, {});
    for (const change of (await world.ledger.changes.list(as, all)).changes) {
      const given = parse(operations.changes.get, { id: change.id });
      expect((await world.ledger.changes.get(as, given)).change).toEqual(change);
    }
  });

  test("the counts they leave", async () => {
    const { counts } = await world.ledger.counts.list(as, parse(operations.counts.list, {}));
    const told = counts.map(({ catalogObjectId, locationId, state, quantity }) =>
      [catalogObjectId, locationId, state, quantity].join(" "),
    );
    expect(told.toSorted()).toEqual([
      `${FIRST} ${PLACE} IN_STOCK 95`,
      `${FIRST} ${PLACE} WASTE 2`,
      `${SECOND} ${PLACE} IN_STOCK 75`,
    ]);
    const found = await world.ledger.ledger.verify(as, parse(operations.ledger.verify, {}));
    expect(found).toMatchObject({ changes: 4, counts: 3, findings: [] });
  });
});
