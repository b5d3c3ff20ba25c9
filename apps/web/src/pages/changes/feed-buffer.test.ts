import type { Change } from "@bincard/contracts";
import { expect, test } from "vitest";
import { EMPTY, KEPT, released, told } from "./feed-buffer.ts";
import { readChangesSearch } from "./search.ts";

const change = (position: number): Change => ({
  type: "PHYSICAL_COUNT",
  id: `C${position}`,
  position,
  catalogObjectId: "TEA",
  catalogObjectType: "ITEM_VARIATION",
  occurredAt: "2026-11-22T10:00:00Z",
  createdAt: "2026-11-22T10:00:00Z",
  source: { applicationId: "A", name: "Till" },
  locationId: "MAIN",
  state: "IN_STOCK",
  quantity: "0",
});
const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => change(from + at));
const positions = (list: readonly Change[]) => list.map(({ position }) => position);

test("the newest stands first, and nothing twice", () => {
  const once = told(EMPTY, changes(1, 3), { isHeld: false });
  const again = told(once, changes(2, 4), { isHeld: false });
  expect(positions(again.shown)).toEqual([4, 3, 2, 1]);
});

test("what comes while it is held waits, and is shown in order when let go", () => {
  let buffer = told(EMPTY, changes(1, 2), { isHeld: false });
  buffer = told(buffer, changes(3, 4), { isHeld: true });
  buffer = told(buffer, changes(4, 5), { isHeld: true });
  expect([positions(buffer.shown), positions(buffer.waiting)]).toEqual([
    [2, 1],
    [5, 4, 3],
  ]);
  expect(positions(released(buffer).shown)).toEqual([5, 4, 3, 2, 1]);
  expect(released(buffer).waiting).toEqual([]);
});

test("only so many are kept, and that is said", () => {
  const full = told(EMPTY, changes(1, KEPT), { isHeld: false });
  expect(full.isCut).toBe(false);
  const over = told(full, [change(KEPT + 1)], { isHeld: false });
  expect([over.shown.length, over.shown.at(-1)?.position, over.isCut]).toEqual([KEPT, 2, true]);
  const held = released(told(full, changes(KEPT + 1, KEPT + 5), { isHeld: true }));
  expect([held.shown.length, held.isCut]).toEqual([KEPT, true]);
});

test("nothing new is no change at all", () => {
  const once = told(EMPTY, changes(1, 3), { isHeld: false });
  expect(told(once, changes(1, 3), { isHeld: false })).toBe(once);
  expect(told(once, [], { isHeld: false })).toBe(once);
});

test("a URL's search keeps what makes sense", () => {
  expect(readChangesSearch({ kinds: "sold,flown", since: "24h", q: 7, at: "" })).toEqual({
    q: "7",
    kinds: "sold",
  });
  expect(readChangesSearch({ kinds: "flown", since: "all" })).toEqual({ since: "all" });
});
