import {
  type Change,
  CHANGE_TYPES,
  type ChangeInput,
  formatTime,
  operations,
  parseTime,
  type Principal,
} from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf } from "./refusal-of.ts";
import { openWorld, parse, type World } from "./world.ts";

const SECOND = 1_000_000;
const now = Date.now() * 1_000;
let world: World;
let shed: string;
let van: string;
let tea: string;
let milk: string;
/** Everything recorded, in the order of its positions. */
let recorded: readonly Change[];

beforeAll(async () => {
  world = await openWorld();
  [shed, van] = [await world.location("Shed"), await world.location("Van")];
  [tea, milk] = [await world.variation("Tea"), await world.variation("Milk")];
  const common = (item: string, second: number) => ({
    catalogObjectId: item,
    quantity: "1",
    occurredAt: formatTime(now - 600 * SECOND + second * SECOND),
  });
  const adjust = (item: string, second: number, over: object) =>
    ({
      type: "ADJUSTMENT",
      locationId: world.main,
      ...common(item, second),
      ...over,
    }) as ChangeInput;
  const receive = { fromState: "NONE", toState: "IN_STOCK" };
  const sell = { fromState: "IN_STOCK", toState: "SOLD" };
  const waste = { fromState: "IN_STOCK", toState: "WASTE" };
  const return_ = { fromState: "UNLINKED_RETURN", toState: "WASTE" };
  const between = { fromLocationId: shed, toLocationId: van };
  const batches: ChangeInput[][] = [
    [adjust(tea, 50, receive), adjust(milk, 10, { ...receive, locationId: shed })],
    [adjust(tea, 20, sell)],
    [
      {
        type: "PHYSICAL_COUNT",
        ...common(tea, 30),
        quantity: "7",
        locationId: van,
        state: "IN_STOCK",
      },
    ],
    [
      { type: "TRANSFER", ...common(tea, 10), ...between },
      { type: "TRANSFER", ...common(milk, 60), fromLocationId: van, toLocationId: world.main },
      { type: "PHYSICAL_COUNT", ...common(milk, 5), locationId: world.main, state: "WASTE" },
    ],
    [
      adjust(milk, 70, {
        locationId: undefined,
        ...between,
        fromState: "IN_STOCK",
        toState: "IN_STOCK",
      }),
      adjust(tea, 70, waste),
    ],
    [
      adjust(tea, 1, { ...return_, locationId: van }),
      adjust(tea, 70, { ...waste, toState: "SOLD" }),
    ],
  ];
  const answers = [];
  for (const batch of batches) answers.push(await world.record(batch));
  recorded = answers.flatMap(({ changes }) => changes);
});
afterAll(() => world.close());

async function list(given: object = {}, as: Principal = world.root) {
  return (await world.ledger.changes.list(as, parse(operations.changes.list, given))).changes;
}
async function ofObject(given: object, as: Principal = world.root) {
  const input = parse(operations.changes.ofObject, given);
  return (await world.ledger.changes.ofObject(as, input)).changes;
}

/** By occurred time, then by position: the definition, on parsed times. */
const inOrder = (changes: readonly Change[]) =>
  changes.toSorted(
    (a, b) =>
      (parseTime(a.occurredAt) ?? 0) - (parseTime(b.occurredAt) ?? 0) || a.position - b.position,
  );
const placesOf = (change: Change): (string | undefined)[] =>
  change.type === "PHYSICAL_COUNT"
    ? [change.locationId]
    : [change.fromLocationId, change.toLocationId];
const isIn = (change: Change, states: readonly string[]): boolean => {
  if (change.type === "PHYSICAL_COUNT") return true;
  const sides = change.type === "TRANSFER" ? [change.state] : [change.fromState, change.toState];
  return sides.some((side) => states.includes(side));
};

test("the oldest occurredAt comes first; what happened at once is in the order of arrival", async () => {
  expect(recorded).toHaveLength(11);
  expect(await list()).toEqual(inOrder(recorded));
  expect(await list({ order: "ASC" })).toEqual(inOrder(recorded));
  expect(await list({ order: "DESC" })).toEqual(inOrder(recorded).toReversed());
  const last = (await list()).slice(-3).map(({ position }) => position);
  expect(last).toEqual(last.toSorted((a, b) => a - b));
});

describe("filters", () => {
  const objects = () => [undefined, [tea], [tea, milk], ["nobody"]];
  const locations = () => [
    undefined,
    [world.main],
    [shed],
    [van],
    [shed, world.main],
    // Both ends of a transfer, and one of them twice.
    [shed, van, shed],
    ["nowhere"],
  ];
  const types = [undefined, ...CHANGE_TYPES.map((type) => [type]), ["TRANSFER", "ADJUSTMENT"]];
  const states = [
    undefined,
    ["NONE"],
    ["SOLD"],
    ["WASTE"],
    ["IN_STOCK"],
    ["UNLINKED_RETURN", "SOLD"],
    ["CUSTOM"],
  ];

  test("objects, locations (either side), types and states (either side) in every combination", async () => {
    for (const catalogObjectIds of objects())
      for (const locationIds of locations())
        for (const only of types)
          for (const sides of states) {
            const given = Object.entries({
              catalogObjectIds,
              locationIds,
              types: only,
              states: sides,
            }).filter(([, value]) => value !== undefined);
            const expected = inOrder(recorded).filter(
              (change) =>
                (catalogObjectIds?.includes(change.catalogObjectId) ?? true) &&
                (locationIds?.some((id) => placesOf(change).includes(id)) ?? true) &&
                (only?.includes(change.type) ?? true) &&
                isIn(change, sides ?? ["IN_STOCK", "WASTE"]),
            );
            const asked = Object.fromEntries(given);
            expect(await list(asked), JSON.stringify(asked)).toEqual(expected);
          }
  });

  test("a location finds what arrived there from elsewhere", async () => {
    const arrived = await list({ locationIds: [van], types: ["TRANSFER", "ADJUSTMENT"] });
    expect(arrived.map(placesOf)).toEqual([
      [van, van],
      [shed, van],
      [van, world.main],
      [shed, van],
    ]);
  });

  test("states leave physical counts alone", async () => {
    const found = await list({ states: ["CUSTOM"] });
    expect(found.map(({ type }) => type)).toEqual(["PHYSICAL_COUNT", "PHYSICAL_COUNT"]);
    expect(await list({ states: ["CUSTOM"], types: ["ADJUSTMENT", "TRANSFER"] })).toEqual([]);
  });

  test("updatedAfter and updatedBefore are strict, to the microsecond", async () => {
    const received = (change: Change) => parseTime(change.createdAt) ?? 0;
    const times = [...new Set(recorded.map(received))];
    expect(times).toHaveLength(6);
    const instants = times.flatMap((time) => [time - 1, time, time + 1]);
    for (const time of instants) {
      const after = await list({ updatedAfter: formatTime(time) });
      expect(after).toEqual(inOrder(recorded).filter((change) => received(change) > time));
      const before = await list({ updatedBefore: formatTime(time) });
      expect(before).toEqual(inOrder(recorded).filter((change) => received(change) < time));
    }
    const [from = 0, until = 0] = [times[1], times[4]];
    const given = { updatedAfter: formatTime(from), updatedBefore: formatTime(until) };
    expect(await list(given)).toEqual(
      inOrder(recorded).filter((change) => received(change) > from && received(change) < until),
    );
  });

  test("times long before and long after everything", async () => {
    const [early, late] = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"];
    expect(await list({ updatedAfter: early, updatedBefore: late })).toEqual(inOrder(recorded));
    expect(await list({ updatedAfter: late })).toEqual([]);
    expect(await list({ updatedBefore: early })).toEqual([]);
  });

  test("updatedBefore must be after updatedAfter", async () => {
    const at = "2026-11-22T09:30:00.5Z";
    const same = "2026-11-22T10:30:00.500000001+01:00";
    for (const updatedBefore of [at, same, "2026-11-22T09:30:00.49Z", "2026-11-22T09:30:00Z"])
      expect(await faultsOf(() => list({ updatedAfter: at, updatedBefore }))).toEqual([
        ["INVALID_TIME_RANGE", ["updatedBefore"]],
      ]);
    expect(await list({ updatedAfter: at, updatedBefore: "2026-11-22T09:30:00.51Z" })).toEqual([]);
  });
});

test("ofObject: newest first, that object's only, at either side of its locations", async () => {
  const own = inOrder(recorded)
    .filter(({ catalogObjectId }) => catalogObjectId === milk)
    .toReversed();
  expect(await ofObject({ catalogObjectId: milk })).toEqual(own);
  for (const id of [world.main, shed, van])
    expect(await ofObject({ catalogObjectId: milk, locationIds: [id] })).toEqual(
      own.filter((change) => placesOf(change).includes(id)),
    );
  expect(await ofObject({ catalogObjectId: milk, locationIds: ["nowhere"] })).toEqual([]);
});

test("ofObject: an object without changes has none; one that is not is NOT_FOUND", async () => {
  const still = await world.variation("Still");
  expect(await ofObject({ catalogObjectId: still })).toEqual([]);
  expect(await faultsOf(() => ofObject({ catalogObjectId: "nobody" }))).toEqual([
    ["NOT_FOUND", ["catalogObjectId"]],
  ]);
});

describe("changes.get", () => {
  const get = async (id: string, as: Principal = world.root) =>
    (await world.ledger.changes.get(as, parse(operations.changes.get, { id }))).change;

  test("answers each change by its id, as the listing does", async () => {
    for (const change of recorded) expect(await get(change.id)).toEqual(change);
  });

  test("L11: a made-up id and another merchant's are NOT_FOUND", async () => {
    const stranger = await world.stranger("Stranger");
    const [{ id } = { id: "" }] = recorded;
    const prefix = world.root.merchantId;
    const last = `${prefix}0000000000`;
    expect(await get(id)).toMatchObject({ position: 1 });
    const madeUp = [
      "nobody",
      prefix,
      `${last}0`,
      `${last}Z`,
      `${last}10`,
      `${prefix}ZZZZZZZZZZZ`,
      `${prefix}00000000-01`,
      `${prefix}          1`,
      id.toLowerCase(),
      id.slice(1),
      `${stranger.merchantId}${id.slice(prefix.length)}`,
    ];
    for (const other of madeUp)
      expect(await faultsOf(() => get(other)), other).toEqual([["NOT_FOUND", ["id"]]]);
    expect(await faultsOf(() => get(id, stranger))).toEqual([["NOT_FOUND", ["id"]]]);
    expect(await list({}, stranger)).toEqual([]);
  });
});

test("what a change carries along comes back: reference, people, and the application as source", async () => {
  const item = await world.variation("Carried");
  const said = { referenceId: "order 7/ä", employeeId: "", teamMemberId: "TM-1" };
  const { changes } = await world.record([
    {
      type: "PHYSICAL_COUNT",
      catalogObjectId: item,
      locationId: world.main,
      state: "IN_STOCK",
      quantity: "1",
      occurredAt: formatTime(now),
      ...said,
    },
  ]);
  const { id: applicationId, name } = world.root.application;
  expect(changes).toMatchObject([{ ...said, source: { applicationId, name } }]);
  expect(await ofObject({ catalogObjectId: item })).toEqual(changes);
});

test("a deleted object keeps its changes", async () => {
  const before = await ofObject({ catalogObjectId: tea });
  const all = await list();
  await world.ledger.catalog.delete(world.root, parse(operations.catalog.delete, { ids: [tea] }));
  expect(await ofObject({ catalogObjectId: tea })).toEqual(before);
  expect(await list()).toEqual(all);
});

test("L9: who pages by updatedAfter and remembers the newest createdAt misses nothing that is reported late", async () => {
  const [item, place] = [await world.variation("Late"), await world.location("Late")];
  const receive = (second: number): ChangeInput => ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: place,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: formatTime(now - 300 * SECOND + second * SECOND),
  });
  const written: string[] = [];
  const write = async (second: number) => {
    const { changes } = await world.record([receive(second)]);
    written.push(...changes.map(({ id }) => id));
  };
  for (const second of [10, 20, 30]) await write(second);
  const seen: string[] = [];
  let newest: string | undefined;
  // The first pass stops to let others write: before the place where it stands, and after it.
  const pass = async (meanwhile: () => Promise<void>) => {
    const updatedAfter = newest;
    let cursor: string | undefined;
    do {
      const page = await world.ledger.changes.list(
        world.root,
        parse(operations.changes.list, { locationIds: [place], updatedAfter, cursor, limit: 2 }),
      );
      seen.push(...page.changes.map(({ id }) => id));
      for (const { createdAt } of page.changes)
        if (newest === undefined || (parseTime(createdAt) ?? 0) > (parseTime(newest) ?? 0))
          newest = createdAt;
      if (cursor === undefined) await meanwhile();
      ({ cursor } = page);
    } while (cursor !== undefined);
  };
  await pass(async () => {
    await write(5);
    await write(40);
  });
  await pass(async () => undefined);
  expect(seen.toSorted()).toEqual(written.toSorted());
});
