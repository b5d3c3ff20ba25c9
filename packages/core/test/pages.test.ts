import {
  type ChangeInput,
  formatTime,
  LIMITS,
  operations,
  type Principal,
} from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf } from "./refusal-of.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

const SHARED = "SHARED";
const now = Date.now() * 1_000;
const SECOND = 1_000_000;
let world: World;
let stranger: Principal;

interface Page {
  readonly ids: readonly string[];
  readonly cursor?: string;
}
interface Listing {
  readonly name: string;
  /** What it is asked with, besides limit and cursor. */
  readonly filters: object;
  /** A sound request of the same operation whose cursors are not this one's. */
  readonly otherFilters?: object;
  read(as: Principal, given: object): Promise<Page>;
}

const keyOf = (of: { catalogObjectId: string; locationId: string; state: string }) =>
  [of.catalogObjectId, of.locationId, of.state].join(" ");
const page = (rows: readonly { id: string }[], cursor: string | undefined): Page => ({
  ids: rows.map(({ id }) => id),
  ...(cursor === undefined ? {} : { cursor }),
});
const countsPage = (rows: readonly Parameters<typeof keyOf>[0][], cursor: string | undefined) =>
  page(
    rows.map((row) => ({ id: keyOf(row) })),
    cursor,
  );

const changes = (order: "ASC" | "DESC"): Listing => ({
  name: `changes.list ${order}`,
  filters: { order },
  otherFilters: { order: order === "ASC" ? "DESC" : "ASC" },
  async read(as, given) {
    const found = await world.ledger.changes.list(as, parse(operations.changes.list, given));
    return page(found.changes, found.cursor);
  },
});

const LISTINGS: readonly Listing[] = [
  {
    name: "counts.list",
    filters: {},
    otherFilters: { states: ["IN_STOCK", "WASTE"] },
    async read(as, given) {
      const found = await world.ledger.counts.list(as, parse(operations.counts.list, given));
      return countsPage(found.counts, found.cursor);
    },
  },
  {
    name: "counts.ofObject",
    filters: { catalogObjectId: SHARED },
    otherFilters: { catalogObjectId: "V0" },
    async read(as, given) {
      const asked = parse(operations.counts.ofObject, given);
      const found = await world.ledger.counts.ofObject(as, asked);
      return countsPage(found.counts, found.cursor);
    },
  },
  changes("ASC"),
  changes("DESC"),
  {
    name: "changes.ofObject",
    filters: { catalogObjectId: SHARED },
    otherFilters: { catalogObjectId: "V0" },
    async read(as, given) {
      const asked = parse(operations.changes.ofObject, given);
      const found = await world.ledger.changes.ofObject(as, asked);
      return page(found.changes, found.cursor);
    },
  },
  {
    // These are read key by key.
    name: "changes.list of keys",
    filters: { catalogObjectIds: [SHARED], locationIds: ["P0", "P2", "P3", "P5"], order: "DESC" },
    otherFilters: { catalogObjectIds: [SHARED], locationIds: ["P0"], order: "DESC" },
    async read(as, given) {
      const found = await world.ledger.changes.list(as, parse(operations.changes.list, given));
      return page(found.changes, found.cursor);
    },
  },
  {
    name: "catalog.list",
    filters: {},
    otherFilters: { includeDeleted: true },
    async read(as, given) {
      const found = await world.ledger.catalog.list(as, parse(operations.catalog.list, given));
      return page(found.objects, found.cursor);
    },
  },
  {
    name: "locations.list",
    filters: {},
    async read(as, given) {
      const found = await world.ledger.locations.list(as, parse(operations.locations.list, given));
      return page(found.locations, found.cursor);
    },
  },
  {
    name: "merchants.list",
    filters: {},
    async read(as, given) {
      const found = await world.ledger.merchants.list(as, parse(operations.merchants.list, given));
      return page(found.merchants, found.cursor);
    },
  },
  {
    name: "tokens.list",
    filters: {},
    async read(as, given) {
      const found = await world.ledger.tokens.list(as, parse(operations.tokens.list, given));
      return page(found.tokens, found.cursor);
    },
  },
];

const IDS = Array.from({ length: 8 }, (_, index) => `V${index}`);
const PLACES = Array.from({ length: 6 }, (_, index) => `P${index}`);

const receive = (item: string, place: string, at: number, toState = "IN_STOCK") =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: place,
    fromState: "UNLINKED_RETURN",
    toState,
    quantity: "1",
    occurredAt: formatTime(at),
  }) as ChangeInput;

async function furnish(as: Principal): Promise<void> {
  for (const id of PLACES)
    await world.ledger.locations.create(as, parse(operations.locations.create, { id, name: id }));
  const variations = [SHARED, ...IDS].map((id) => ({ id, name: id }));
  const objects = [{ type: "ITEM", id: "ITEM", name: "Item", variations }];
  const input = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  await world.ledger.catalog.upsert(as, input);
  // One batch: one receipt time for all its counts; and pairs of changes share their occurredAt.
  const batch = PLACES.flatMap((place, index) =>
    [SHARED, ...IDS].flatMap((id, nth) => {
      const at = now - (index + Math.floor(nth / 2)) * SECOND;
      return [receive(id, place, at), receive(id, place, at, "WASTE")];
    }),
  );
  await world.record(batch, { as });
  for (const place of PLACES)
    await world.record([receive(SHARED, place, now - 90 * SECOND)], { as });
  for (let index = 0; index < 6; index++) {
    const asked = { application: { name: `App ${index}` }, scopes: ["ADMIN"] };
    await world.ledger.tokens.create(as, parse(operations.tokens.create, asked));
  }
}

beforeAll(async () => {
  world = await openWorld();
  stranger = await world.stranger("Stranger");
  for (const name of ["B", "A", "D", "C"]) await world.stranger(name);
  await furnish(world.root);
  await furnish(stranger);
});
afterAll(() => world.close());

/** Reads to the end; `limits` in turn, the last one from then on. */
async function readAll(listing: Listing, limits: readonly number[], as = world.root) {
  const pages: Page[] = [];
  for (let cursor: string | undefined; ;) {
    const limit = limits[Math.min(pages.length, limits.length - 1)];
    const given = { ...listing.filters, ...(cursor === undefined ? {} : { cursor }) };
    const read = await listing.read(as, limit === undefined ? given : { ...given, limit });
    pages.push(read);
    cursor = read.cursor;
    if (cursor === undefined) return pages;
  }
}
const idsOf = (pages: readonly Page[]) => pages.flatMap(({ ids }) => ids);

async function firstCursor(listing: Listing, as = world.root): Promise<string> {
  const { cursor } = await listing.read(as, { ...listing.filters, limit: 2 });
  if (cursor === undefined) throw new Error(`${listing.name} has a single page`);
  return cursor;
}

describe.each(LISTINGS)("$name", (listing) => {
  test("L10: pages cover everything exactly once, in the order of one page", async () => {
    const [{ ids } = { ids: [] }] = await readAll(listing, [LIMITS.pageSizeMax]);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(ids.length);
    for (const limit of [1, 2, 3, 5, ids.length - 1, ids.length, ids.length + 1]) {
      const pages = await readAll(listing, [limit]);
      expect(idsOf(pages)).toEqual(ids);
      expect(pages).toHaveLength(Math.ceil(ids.length / limit));
      expect(pages.slice(0, -1).every((each) => each.ids.length === limit)).toBe(true);
    }
  });

  test("L10: the limit may change from page to page", async () => {
    const whole = idsOf(await readAll(listing, [LIMITS.pageSizeMax]));
    expect(idsOf(await readAll(listing, [1, 3, 2, LIMITS.pageSizeMax]))).toEqual(whole);
  });

  test("L10: a limit beyond its bounds is refused", async () => {
    const asked = (limit: unknown) => () => listing.read(world.root, { ...listing.filters, limit });
    expect(await faultsOf(asked(0))).toEqual([["TOO_LOW", ["limit"]]]);
    expect(await faultsOf(asked(-1))).toEqual([["TOO_LOW", ["limit"]]]);
    expect(await faultsOf(asked(LIMITS.pageSizeMax + 1))).toEqual([["TOO_HIGH", ["limit"]]]);
    expect(await faultsOf(asked(1.5))).toEqual([["WRONG_TYPE", ["limit"]]]);
    expect(await faultsOf(asked("5"))).toEqual([["WRONG_TYPE", ["limit"]]]);
  });

  const refused = (cursor: string, given: object = listing.filters, as = world.root) =>
    faultsOf(() => listing.read(as, { ...given, limit: 2, cursor }));
  const INVALID = [["INVALID_CURSOR", ["cursor"]]];

  test("L10: a cursor altered in any character is INVALID_CURSOR", async () => {
    const cursor = await firstCursor(listing);
    const altered = Array.from(
      cursor,
      (character, at) =>
        cursor.slice(0, at) + (character === "A" ? "B" : "A") + cursor.slice(at + 1),
    );
    const shapes = [
      cursor.slice(0, -1),
      `${cursor}A`,
      cursor.slice(1),
      cursor.slice(0, 16),
      "x",
      "é",
    ];
    for (const other of [...altered, ...shapes]) expect(await refused(other)).toEqual(INVALID);
  });

  test("L10: a cursor sent with other filters is INVALID_CURSOR", async () => {
    const { otherFilters } = listing;
    if (otherFilters === undefined) expect(listing.filters).toEqual({});
    else expect(await refused(await firstCursor(listing), otherFilters)).toEqual(INVALID);
  });

  test("L10: another operation's cursor is INVALID_CURSOR", async () => {
    for (const other of LISTINGS)
      if (other !== listing) expect(await refused(await firstCursor(other))).toEqual(INVALID);
  });

  test("L10 L11: another merchant's cursor is INVALID_CURSOR", async () => {
    expect(await refused(await firstCursor(listing, stranger))).toEqual(INVALID);
    const own = await firstCursor(listing);
    expect(await refused(own, listing.filters, stranger)).toEqual(INVALID);
  });
});

test("L10: a page is 100 rows unless the request says otherwise", async () => {
  const whole = await changes("ASC").read(world.root, { limit: LIMITS.pageSizeMax });
  const { ids, cursor } = await changes("ASC").read(world.root, {});
  expect(whole.ids.length).toBeLessThan(2 * LIMITS.pageSizeDefault);
  expect(ids).toEqual(whole.ids.slice(0, LIMITS.pageSizeDefault));
  const rest = await changes("ASC").read(world.root, { cursor });
  expect([...ids, ...rest.ids]).toEqual(whole.ids);
});

describe("while others write", () => {
  /** Writes without a pause, before and after everything that is read, until it is told to stop. */
  async function writeUntil(stopped: () => boolean): Promise<number> {
    let written = 0;
    for (; !stopped(); written++) {
      const at = now - ((written * 37) % 100) * SECOND - (written % 7);
      const [item = "", place = ""] = [IDS[written % 3], PLACES[written % PLACES.length]];
      await world.record([receive(item, place, at), receive(item, place, at, "WASTE")]);
    }
    return written;
  }

  async function readWhileWriting(listing: Listing): Promise<readonly string[]> {
    let stop = false;
    const writers = [0, 1].map(() => writeUntil(() => stop));
    const ids = await readAll(listing, [3]).finally(() => (stop = true));
    const written = await Promise.all(writers);
    expect(Math.min(...written)).toBeGreaterThan(0);
    return idsOf(ids);
  }

  test.each(["ASC", "DESC"] as const)(
    "L10: a pass over the changes %s repeats none and skips none that was there",
    async (order) => {
      const before = idsOf(await readAll(changes(order), [LIMITS.pageSizeMax]));
      const read = await readWhileWriting(changes(order));
      expect(new Set(read).size).toBe(read.length);
      expect(read.length).toBeGreaterThanOrEqual(before.length);
      const known = new Set(before);
      expect(read.filter((id) => known.has(id))).toEqual(before);
    },
  );

  test("L10: a pass over the counts repeats none and skips none that stood still", async () => {
    const standing = async () => {
      const input = parse(operations.counts.list, { limit: LIMITS.pageSizeMax });
      const { counts } = await world.ledger.counts.list(world.root, input);
      return new Map(counts.map((count) => [keyOf(count), count.calculatedAt]));
    };
    const [listing] = LISTINGS;
    if (listing?.name !== "counts.list") throw new Error("counts.list is the first listing");
    const before = await standing();
    const read = await readWhileWriting(listing);
    const after = await standing();
    const still = [...before.keys()].filter((key) => before.get(key) === after.get(key));
    expect(still.length).toBeGreaterThan(10);
    expect(still.length).toBeLessThan(before.size);
    expect(new Set(read).size).toBe(read.length);
    expect(still.filter((key) => !read.includes(key))).toEqual([]);
  });
});
