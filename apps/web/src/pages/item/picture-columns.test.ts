import type { Change } from "@bincard/contracts";
import { expect, test } from "vitest";
import { drawnIn, reach } from "./picture-columns.ts";
import type { Moment, Timeline } from "./timeline.ts";

const CHANGE: Change = {
  type: "PHYSICAL_COUNT",
  id: "C",
  position: 1,
  catalogObjectId: "TEA",
  catalogObjectType: "ITEM_VARIATION",
  occurredAt: "2026-11-22T10:00:00Z",
  createdAt: "2026-11-22T10:00:00Z",
  source: { applicationId: "A", name: "Till" },
  locationId: "MAIN",
  state: "IN_STOCK",
  quantity: "0",
};

/** Of instants and the values they lead to. */
function timeline(
  ...points: readonly (readonly [at: number, after: number, isCount?: boolean])[]
): Timeline {
  const moments = points.map(([at, after, isCount = false]): Moment => {
    return { change: CHANGE, at, isCount, difference: "0", after: String(after), isLate: false };
  });
  return {
    moments,
    at: Float64Array.from(points, ([at]) => at),
    before: Float64Array.from(points, (_, index) => points[index - 1]?.[1] ?? 0),
    after: Float64Array.from(points, ([, after]) => after),
  };
}

test("far apart, each change has a column of its own", () => {
  const { columns, atLeft } = drawnIn(timeline([10, 5], [50, 2]), {
    from: 0,
    to: 100,
    pixels: 100,
  });
  expect(atLeft).toBeUndefined();
  expect(columns).toEqual([
    { pixel: 10, enter: 0, low: 0, high: 5, leave: 5, count: undefined },
    { pixel: 50, enter: 5, low: 2, high: 5, leave: 2, count: undefined },
  ]);
});

test("crowded, a column keeps the highest and the lowest of a hundred thousand", () => {
  const points = Array.from({ length: 100_000 }, (_, at): [number, number] => [at, 10]);
  points[70_001] = [70_001, 999];
  points[70_002] = [70_002, -4];
  const drawn = drawnIn(timeline(...points), { from: 0, to: 100_000, pixels: 500 });
  expect(drawn.columns.length).toBeLessThanOrEqual(501);
  expect(reach(drawn)).toEqual([-4, 999]);
  expect(drawn.columns.at(-1)?.leave).toBe(10);
});

test("a window begins with what there was before it, and ends where it ends", () => {
  const drawn = drawnIn(timeline([10, 5], [20, 7], [90, 1]), { from: 15, to: 80, pixels: 65 });
  expect([drawn.atLeft, drawn.first, drawn.end, drawn.columns.length]).toEqual([5, 1, 2, 1]);
  const still = drawnIn(timeline([10, 5]), { from: 15, to: 80, pixels: 65 });
  expect([still.atLeft, still.columns]).toEqual([5, []]);
});

test("a change at the very edge is within", () => {
  const drawn = drawnIn(timeline([10, 5], [20, 7]), { from: 10, to: 20, pixels: 100 });
  expect(drawn.columns.map(({ pixel }) => pixel)).toEqual([0, 100]);
});

test("a physical count is named when it has a column to itself", () => {
  const one = timeline([10, 5], [50, 2, true]);
  expect(drawnIn(one, { from: 0, to: 100, pixels: 100 }).columns.at(-1)?.count).toBe(1);
  expect(drawnIn(one, { from: 0, to: 100, pixels: 2 }).columns.map(({ count }) => count)).toEqual([
    undefined,
    1,
  ]);
  expect(drawnIn(one, { from: 0, to: 1_000, pixels: 2 }).columns[0]?.count).toBeUndefined();
});
