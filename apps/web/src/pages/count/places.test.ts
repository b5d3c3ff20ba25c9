import { describe, expect, test } from "vitest";
import { Places } from "./places.ts";

/** The same numbers each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("places", () => {
  test.each([0, 1, 15, 16, 17, 1_000])("begin with all of %d", (filled) => {
    const places = new Places(filled);
    expect(places.size).toBe(filled);
    expect(Array.from({ length: filled }, (_, index) => places.at(index))).toEqual(
      Array.from({ length: filled }, (_, index) => index),
    );
    expect(places.at(filled)).toBeUndefined();
    expect(places.at(-1)).toBeUndefined();
  });

  test("know the nth and how many come before, as a sorted array would, whatever joins and leaves", () => {
    const next = random(7);
    const places = new Places(40);
    const model = new Set(Array.from({ length: 40 }, (_, place) => place));
    for (let time = 0; time < 4_000; time += 1) {
      const place = next(300);
      if (next(2) === 0) {
        expect(places.add(place)).toBe(!model.has(place));
        model.add(place);
      } else expect(places.delete(place)).toBe(model.delete(place));
      if (time % 40 !== 0) continue;
      const sorted = [...model].toSorted((a, b) => a - b);
      expect(places.size).toBe(sorted.length);
      expect(sorted.map((_, index) => places.at(index))).toEqual(sorted);
      expect(sorted.map((each) => places.before(each))).toEqual(sorted.map((_, index) => index));
      expect(places.before(10_000)).toBe(sorted.length);
    }
  });
});
