import { type ChangeInput, operations } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const day = "2026-11-20";
const at = (time: string): string => `${day}T${time}Z`;

interface Doing {
  readonly item: string;
  readonly quantity: string;
  readonly time: string;
}

const receive = ({ item, quantity, time }: Doing): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId: item,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity,
  occurredAt: at(time),
});
const sell = (doing: Doing): ChangeInput => ({
  ...receive(doing),
  type: "ADJUSTMENT",
  fromState: "IN_STOCK",
  toState: "SOLD",
});
const waste = (doing: Doing): ChangeInput => ({
  ...receive(doing),
  type: "ADJUSTMENT",
  fromState: "IN_STOCK",
  toState: "WASTE",
});
const count = ({ item, quantity, time }: Doing): ChangeInput => ({
  type: "PHYSICAL_COUNT",
  catalogObjectId: item,
  locationId: world.main,
  state: "IN_STOCK",
  quantity,
  occurredAt: at(time),
});

describe("worked examples of the laws", () => {
  test("L1 L4: a late sale from before the count leaves the count alone", async () => {
    const item = await world.variation("example 2");
    await world.record([receive({ item, quantity: "100", time: "13:00:00" })]);
    await world.record([sell({ item, quantity: "3", time: "13:10:00" })]);
    expect(await world.quantity(item)).toBe("97");
    await world.record([count({ item, quantity: "95", time: "13:30:00" })]);
    expect(await world.quantity(item)).toBe("95");
    await world.record([sell({ item, quantity: "2", time: "13:20:00" })]);
    expect(await world.quantity(item)).toBe("95");
    await world.record([waste({ item, quantity: "2", time: "13:40:00" })]);
    expect(await world.quantity(item)).toBe("93");
    expect(await world.quantity(item, { state: "WASTE" })).toBe("2");
    await world.record([waste({ item, quantity: "1", time: "13:25:00" })]);
    expect(await world.quantity(item)).toBe("93");
    expect(await world.quantity(item, { state: "WASTE" })).toBe("3");
  });

  test("L1: a late count keeps what moved after it", async () => {
    const item = await world.variation("example 3");
    await world.record([count({ item, quantity: "10", time: "09:00:00" })]);
    await world.record([sell({ item, quantity: "4", time: "11:00:00" })]);
    expect(await world.quantity(item)).toBe("6");
    await world.record([count({ item, quantity: "9", time: "10:00:00" })]);
    expect(await world.quantity(item)).toBe("5");
  });

  test("L2: one batch gives the same in either order of its array", async () => {
    const forwards = await world.variation("example 4");
    const backwards = await world.variation("example 4, reversed");
    const three = (item: string) => [
      receive({ item, quantity: "10", time: "10:00:00" }),
      count({ item, quantity: "7", time: "10:00:01" }),
      sell({ item, quantity: "2", time: "10:00:02" }),
    ];
    const first = await world.record(three(forwards));
    expect(first.counts.map(({ quantity }) => quantity)).toEqual(["5"]);
    await world.record(three(backwards).toReversed());
    expect(await world.quantity(backwards)).toBe("5");
  });

  test("L8: verify finds nothing after them", async () => {
    const result = await world.ledger.ledger.verify(
      world.root,
      parse(operations.ledger.verify, {}),
    );
    expect(result.findings).toEqual([]);
    expect(result.changes).toBe(result.position);
  });
});
