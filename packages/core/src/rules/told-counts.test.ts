import type { FeedCount } from "@bincard/contracts";
import { expect, test } from "vitest";
import { toldCounts } from "./told-counts.ts";

const count = (catalogObjectId: string, position: number): FeedCount => ({
  catalogObjectId,
  catalogObjectType: "ITEM_VARIATION",
  locationId: "SHOP",
  state: "IN_STOCK",
  quantity: "1",
  calculatedAt: "2026-11-22T09:30:00Z",
  position,
});
const told = (counts: readonly FeedCount[], after = 0, position = 10, limit = 100) =>
  toldCounts({ counts: [...counts], position }, { after, limit }).map((part) =>
    part.map(({ catalogObjectId }) => catalogObjectId),
  );

test("a count is told by the page that moved it: neither again nor too early", () => {
  const counts = [count("BEFORE", 4), count("FIRST", 5), count("LAST", 10), count("AHEAD", 11)];
  expect(told(counts, 4)).toEqual([["FIRST", "LAST"]]);
  expect(told(counts, 10)).toEqual([]);
});

test("no part exceeds the limit, none is empty, and all are told once in their order", () => {
  const counts = Array.from({ length: 7 }, (_, index) => count(`V${index}`, index + 1));
  expect(told(counts, 0, 10, 3)).toEqual([["V0", "V1", "V2"], ["V3", "V4", "V5"], ["V6"]]);
  expect(told(counts.slice(0, 6), 0, 10, 3)).toHaveLength(2);
  expect(told([])).toEqual([]);
});

test("what is told is a count of the contract: nothing of ours besides", () => {
  const [[first]] = toldCounts(
    { counts: [count("V", 1)], position: 1 },
    { after: 0, limit: 1 },
  ) as [[object]];
  expect(first).not.toHaveProperty("position");
});
