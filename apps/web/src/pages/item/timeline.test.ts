import type { Change } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { countUpTo, instantOf, timelineOf } from "./timeline.ts";

const KEY = { locationId: "MAIN", state: "IN_STOCK" } as const;
const said = (position: number, clock: string) => ({
  id: `C${position}`,
  position,
  catalogObjectId: "TEA",
  catalogObjectType: "ITEM_VARIATION" as const,
  occurredAt: `2026-11-22T${clock}:00Z`,
  createdAt: "2026-11-22T14:00:00Z",
  source: { applicationId: "A", name: "Till" },
});

function counted(position: number, clock: string, quantity: string): Change {
  return {
    type: "PHYSICAL_COUNT",
    ...said(position, clock),
    locationId: "MAIN",
    state: "IN_STOCK",
    quantity,
  };
}
function moved(
  position: number,
  clock: string,
  [from, to]: readonly ["NONE" | "IN_STOCK" | "WASTE", "IN_STOCK" | "SOLD" | "WASTE"],
  quantity: string,
): Change {
  const at = { locationId: "MAIN", fromLocationId: "MAIN", toLocationId: "MAIN" };
  return {
    type: "ADJUSTMENT",
    ...said(position, clock),
    ...at,
    fromState: from,
    toState: to,
    quantity,
  };
}
const sold = (position: number, clock: string, quantity: string) =>
  moved(position, clock, ["IN_STOCK", "SOLD"], quantity);
const received = (position: number, clock: string, quantity: string) =>
  moved(position, clock, ["NONE", "IN_STOCK"], quantity);
const sent = (position: number, clock: string, quantity: string): Change => ({
  type: "TRANSFER",
  ...said(position, clock),
  state: "IN_STOCK",
  fromLocationId: "MAIN",
  toLocationId: "CELLAR",
  quantity,
});

const ALL: Parameters<typeof timelineOf>[2] = { isComplete: true, now: undefined };
const told = (
  changes: readonly Change[],
  known = ALL,
  key: Parameters<typeof timelineOf>[1] = KEY,
) => timelineOf(changes, key, known).moments.map(({ difference, after }) => [difference, after]);

describe("folding as the ledger folds", () => {
  // Worked example 2 of the laws: the offline sale of 13:20 alters nothing after the count of 13:30.
  const history = [
    received(1, "12:00", "100"),
    sold(2, "13:10", "3"),
    counted(3, "13:30", "95"),
    sold(4, "13:20", "2"),
    moved(5, "13:40", ["IN_STOCK", "WASTE"], "2"),
  ];

  test("a count resets, and its variance is against what had happened by then", () => {
    expect(told(history)).toEqual([
      ["100", "100"],
      ["-3", "97"],
      ["-2", "95"],
      ["0", "95"],
      ["-2", "93"],
    ]);
  });

  test("the other side of an adjustment is the other state's", () => {
    expect(told(history, ALL, { ...KEY, state: "WASTE" })).toEqual([["2", "2"]]);
  });

  test("what came after something later is late, and nothing else", () => {
    const { moments } = timelineOf(history, KEY, ALL);
    expect(moments.filter(({ isLate }) => isLate).map(({ change }) => change.id)).toEqual(["C4"]);
  });

  test("arrival order and pages change nothing", () => {
    expect(told(history.toReversed())).toEqual(told(history));
  });

  test("a transfer takes here and gives there", () => {
    const changes = [received(1, "10:00", "5"), sent(2, "11:00", "1.5")];
    expect(told(changes)).toEqual([
      ["5", "5"],
      ["-1.5", "3.5"],
    ]);
    expect(told(changes, ALL, { ...KEY, locationId: "CELLAR" })).toEqual([["1.5", "1.5"]]);
  });

  test("while older changes are missing it begins with a count", () => {
    expect(told(history.slice(1), { isComplete: false, now: "93" })).toEqual([
      ["95", "95"],
      ["-2", "93"],
    ]);
  });

  test("or is reckoned back from what there is now", () => {
    const recent = [received(8, "10:00", "5"), sold(9, "11:00", "1")];
    expect(told(recent, { isComplete: false, now: "20" })).toEqual([
      ["5", "21"],
      ["-1", "20"],
    ]);
  });
});

test("instants keep microseconds", () => {
  expect(
    instantOf("2026-11-22T10:00:00.123456Z") - instantOf("2026-11-22T10:00:00.123Z"),
  ).toBeCloseTo(0.456, 3);
  expect(instantOf("2026-11-22T10:00:00Z")).toBe(Date.UTC(2026, 10, 22, 10));
});

test.each([
  [0, 0],
  [1, 1],
  [2, 3],
  [2.5, 3],
  [9, 4],
])("up to %s there are %s", (instant, count) => {
  expect(countUpTo(new Float64Array([1, 2, 2, 3]), instant)).toBe(count);
});
