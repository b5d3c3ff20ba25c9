import type { Change } from "@bincard/contracts";
import { expect, test } from "vitest";
import { Tail } from "./tail.ts";

const change = (position: number): Change => ({
  type: "PHYSICAL_COUNT",
  id: `change-${position}`,
  position,
  catalogObjectId: "tea",
  catalogObjectType: "ITEM_VARIATION",
  locationId: "shop",
  state: "IN_STOCK",
  quantity: "1",
  occurredAt: "2026-01-01T00:00:00Z",
  createdAt: "2026-01-01T00:00:00Z",
  source: { applicationId: "app", name: "App" },
});
const batch = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => change(first + index));
const positions = (changes: readonly Change[]) => changes.map(({ position }) => position);

test("gives what comes next, and no more than is asked for", () => {
  const tail = new Tail();
  tail.add(batch(5, 9));
  expect(positions(tail.after(4, 3))).toEqual([5, 6, 7]);
  expect(positions(tail.after(7, 100))).toEqual([8, 9]);
  expect(tail.after(9, 100)).toEqual([]);
});

test("what another server recorded is a gap, and nothing beyond it is given", () => {
  const tail = new Tail();
  tail.add(batch(1, 2));
  tail.add(batch(5, 6));
  expect(tail.after(0, 100).length).toBe(2);
  expect(tail.after(2, 100)).toEqual([]);
  expect(positions(tail.after(4, 100))).toEqual([5, 6]);
});

test("batches that are answered out of order stand in order", () => {
  const tail = new Tail();
  tail.add(batch(3, 4));
  tail.add(batch(1, 2));
  expect(positions(tail.after(0, 100))).toEqual([1, 2, 3, 4]);
});

test("keeps the last thousands, and of what is older nothing", () => {
  const tail = new Tail();
  for (let first = 1; first <= 20_000; first += 100) tail.add(batch(first, first + 99), first * 10);
  expect(tail.after(0, 1)).toEqual([]);
  expect(tail.after(14_999, 1)).toEqual([]);
  expect(positions(tail.after(15_000, 100_000))).toHaveLength(5_000);
});

test("keeps what is young, however much of it there is", () => {
  const tail = new Tail();
  for (let first = 1; first <= 20_000; first += 100) tail.add(batch(first, first + 99), first / 10);
  expect(tail.after(0, 100_000)).toHaveLength(20_000);
  tail.add(batch(20_001, 20_100), 4_500);
  expect(tail.after(0, 1)).toEqual([]);
  expect(tail.after(20_000, 1_000)).toHaveLength(100);
});
