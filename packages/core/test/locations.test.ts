import { LIMITS, operations, parseTime, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, refusalOf } from "./refusal-of.ts";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let merchants = 0;
const merchant = () => world.stranger(`Merchant ${merchants++}`);

async function create(as: Principal, given: object) {
  return (await world.ledger.locations.create(as, parse(operations.locations.create, given)))
    .location;
}
async function update(as: Principal, given: object) {
  return (await world.ledger.locations.update(as, parse(operations.locations.update, given)))
    .location;
}
async function get(as: Principal, id: string) {
  return (await world.ledger.locations.get(as, parse(operations.locations.get, { id }))).location;
}
async function list(as: Principal) {
  const input = parse(operations.locations.list, { limit: LIMITS.pageSizeMax });
  return (await world.ledger.locations.list(as, input)).locations;
}

test("a merchant is born with one location", async () => {
  const as = await merchant();
  const [main, ...others] = await list(as);
  expect(others).toEqual([]);
  expect(main).toMatchObject({ merchantId: as.merchantId, name: "Main", status: "ACTIVE" });
  expect(main?.id).toMatch(/^L[0-9A-Z]{12}$/);
});

describe("locations.create", () => {
  test("what is given comes back, what is not is left out, and an id is made", async () => {
    const as = await merchant();
    const plain = await create(as, { name: "Shed" });
    expect(plain.id).toMatch(/^L[0-9A-Z]{12}$/);
    const { id, createdAt } = plain;
    const { merchantId } = as;
    expect(plain).toEqual({ id, merchantId, name: "Shed", status: "ACTIVE", createdAt });
    const fields = {
      id: "Van-7.a",
      name: "Van / 7 é",
      description: "",
      timezone: "Europe/Berlin",
      status: "INACTIVE",
      extra: { address: { lines: ["1 Way", null], n: 1.5 }, "": false },
    };
    const full = await create(as, fields);
    expect(full).toEqual({ ...fields, merchantId, createdAt: full.createdAt });
    expect(await get(as, full.id)).toEqual(full);
  });

  test("names are unique within a merchant, as they are written", async () => {
    const as = await merchant();
    const first = await create(as, { name: "Shed" });
    const refusal = await refusalOf(() => create(as, { name: "Shed" }));
    expect(refusal.failures).toMatchObject([{ code: "ALREADY_EXISTS", path: ["name"] }]);
    expect(await faultsOf(() => create(as, { name: "Main" }))).toEqual([
      ["ALREADY_EXISTS", ["name"]],
    ]);
    const close = await Promise.all(["shed", "Shed ", "Shed2"].map((name) => create(as, { name })));
    expect(new Set([first, ...close].map(({ id }) => id)).size).toBe(4);
    expect(await list(as)).toHaveLength(5);
  });

  test("of one name that comes many times at once, one goes through", async () => {
    const as = await merchant();
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => create(as, { name: "At once" })),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refusals = answers.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: "ALREADY_EXISTS" });
  });

  test("a chosen id is taken once for each merchant", async () => {
    const [as, other] = [await merchant(), await merchant()];
    await create(as, { id: "SHED", name: "Shed" });
    const refusal = await refusalOf(() => create(as, { id: "SHED", name: "Other" }));
    expect(refusal.failures).toMatchObject([
      { code: "ALREADY_EXISTS", path: ["id"], subject: { kind: "location", id: "SHED" } },
    ]);
    expect(await create(as, { id: "shed", name: "Lower" })).toMatchObject({ id: "shed" });
    expect(await create(other, { id: "SHED", name: "Shed" })).toMatchObject({
      id: "SHED",
      merchantId: other.merchantId,
    });
  });

  test("a new location can hold stock at once, also where it was refused before", async () => {
    const item = await world.variation("Placed");
    const place = (locationId: string) =>
      world.record([
        {
          type: "PHYSICAL_COUNT",
          catalogObjectId: item,
          locationId,
          state: "IN_STOCK",
          quantity: "3",
          occurredAt: new Date().toISOString(),
        },
      ]);
    expect(await faultsOf(() => place("soon"))).toEqual([
      ["NOT_FOUND", ["changes", 0, "locationId"]],
    ]);
    await create(world.root, { id: "soon", name: "Soon" });
    expect((await place("soon")).counts).toMatchObject([{ locationId: "soon", quantity: "3" }]);
  });
});

describe("locations.update", () => {
  test("fields left out keep their value", async () => {
    const as = await merchant();
    const made = await create(as, {
      name: "Shed",
      description: "old",
      timezone: "Europe/Berlin",
      extra: { a: 1, b: 2 },
    });
    const steps: object[] = [
      { name: "Barn" },
      { description: "new" },
      { timezone: "UTC" },
      { status: "INACTIVE" },
      { extra: { b: 3 } },
      {},
    ];
    let expected: object = made;
    for (const step of steps) {
      expected = { ...expected, ...step };
      expect(await update(as, { id: made.id, ...step })).toEqual(expected);
      expect(await get(as, made.id)).toEqual(expected);
    }
  });

  test("extraFields sets fields of extra and leaves its others", async () => {
    const as = await merchant();
    const { id } = await create(as, { name: "Shed" });
    expect((await update(as, { id, extraFields: { a: 1 } })).extra).toEqual({ a: 1 });
    const b = { deep: [1, null] };
    expect((await update(as, { id, name: "Barn", extraFields: { b } })).extra).toEqual({ a: 1, b });
    const now = await update(as, { id, extraFields: { a: null, "": "" } });
    expect(now).toMatchObject({ name: "Barn", extra: { a: null, b, "": "" } });
    expect(await get(as, id)).toEqual(now);
    expect(await faultsOf(async () => update(as, { id, extra: {}, extraFields: {} }))).toEqual([
      ["CONFLICTING_FIELDS", ["extraFields"]],
    ]);
  });

  test("extraFields of updates that come at once are all kept", async () => {
    const as = await merchant();
    const { id } = await create(as, { name: "Shed", extra: { kept: true } });
    const fields = Array.from({ length: 12 }, (_, index) => ({ [`field${index}`]: index }));
    await Promise.all(fields.map((extraFields) => update(as, { id, extraFields })));
    expect((await get(as, id)).extra).toEqual(Object.assign({ kept: true }, ...fields));
  });

  test("what extraFields would make too long is refused, and nothing of it is kept", async () => {
    const as = await merchant();
    const a = "a".repeat(LIMITS.extraCharacters - 100);
    const { id } = await create(as, { name: "Shed", extra: { a } });
    const more = { id, name: "Barn", extraFields: { b: "b".repeat(100) } };
    expect(await faultsOf(() => update(as, more))).toEqual([["TOO_LONG", ["extraFields"]]]);
    expect(await get(as, id)).toMatchObject({ name: "Shed", extra: { a } });
    expect((await update(as, { id, extraFields: { a: "b" } })).extra).toEqual({ a: "b" });
  });

  test("a name of another location is refused, its own is not", async () => {
    const as = await merchant();
    const { id } = await create(as, { name: "Shed" });
    expect(await faultsOf(() => update(as, { id, name: "Main" }))).toEqual([
      ["ALREADY_EXISTS", ["name"]],
    ]);
    expect(await update(as, { id, name: "Shed" })).toMatchObject({ name: "Shed" });
    await update(as, { id, name: "Barn" });
    expect(await create(as, { name: "Shed" })).toMatchObject({ name: "Shed" });
  });

  test("L11: what is not, and another merchant's, is NOT_FOUND", async () => {
    const [as, other] = [await merchant(), await merchant()];
    const { id } = await create(as, { name: "Shed" });
    const missing = [["NOT_FOUND", ["id"]]];
    expect(await faultsOf(() => update(as, { id: "nowhere", name: "X" }))).toEqual(missing);
    expect(await faultsOf(() => update(as, { id: "nowhere" }))).toEqual(missing);
    expect(await faultsOf(() => update(other, { id, name: "X" }))).toEqual(missing);
    expect(await faultsOf(() => get(other, id))).toEqual(missing);
    expect(await get(as, id)).toMatchObject({ name: "Shed" });
  });
});

test("locations.list: oldest first", async () => {
  const as = await merchant();
  for (const name of ["Zoo", "Attic", "Main 2"]) await create(as, { name });
  await update(as, { id: (await list(as))[0]?.id ?? "", name: "Renamed" });
  const all = await list(as);
  expect(all.map(({ name }) => name)).toEqual(["Renamed", "Zoo", "Attic", "Main 2"]);
  const times = all.map(({ createdAt }) => parseTime(createdAt) ?? 0);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
