import { expect, test } from "vitest";
import { feedBeginning, type Locate } from "./feed-beginning.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12);

/** A feed whose changes were received at these times. */
function feedOf(times: readonly number[]): { locate: Locate; asked: () => number } {
  let asked = 0;
  const locate: Locate = async (receivedBy = Number.POSITIVE_INFINITY) => {
    asked += 1;
    const position = times.filter((time) => time <= receivedBy).length;
    return { position, cursor: `after ${position}` };
  };
  return { locate, asked: () => asked };
}

const evenly = (count: number, over: number) =>
  Array.from({ length: count }, (_, at) => NOW - over + ((at + 1) * over) / count);

test("what fits is read from where it begins", async () => {
  const { locate, asked } = feedOf(evenly(5_000, 48 * HOUR));
  const day = { from: NOW - 24 * HOUR, until: NOW, kept: 10_000 };
  expect(await feedBeginning(locate, day)).toEqual({ after: "after 2500", isCut: false });
  expect(asked()).toBe(2);
  expect(await feedBeginning(locate, { ...day, from: undefined })).toEqual({
    after: undefined,
    isCut: false,
  });
});

test.each([
  ["even", evenly(400_000, 24 * HOUR)],
  ["all of it just now", evenly(400_000, 60_000)],
  [
    "most of it long ago",
    [...evenly(300_000, 300 * HOUR), ...evenly(20_000, 1_000)].toSorted((a, b) => a - b),
  ],
])("of too much, only about as much as is kept is read: %s", async (_, times) => {
  const { locate, asked } = feedOf(times);
  const begun = await feedBeginning(locate, { from: undefined, until: NOW, kept: 10_000 });
  const rest = times.length - Number(begun.after?.replace("after ", ""));
  expect(begun.isCut).toBe(true);
  expect(rest).toBeGreaterThanOrEqual(5_000);
  expect(rest).toBeLessThanOrEqual(10_000);
  expect(asked()).toBeLessThan(40);
});

test("a single burst is read whole", async () => {
  const { locate } = feedOf(Array.from({ length: 50_000 }, () => NOW - 5));
  const begun = await feedBeginning(locate, { from: NOW - HOUR, until: NOW, kept: 10_000 });
  expect(begun).toEqual({ after: "after 0", isCut: true });
});
