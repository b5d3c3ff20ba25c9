import { expect, test } from "vitest";
import { Names } from "./names.ts";

const NAMES = ["Mug Blue MUG-BLU", "Tea", "mug Moss", "", "Line\nbreak mug", "Mug Blue, large"];
const names = new Names(NAMES);

test.each([
  [["mug"], [0, 2, 4, 5]],
  [
    ["MUG", "blue"],
    [0, 5],
  ],
  [["blue", "large", "mug"], [5]],
  [
    ["ug", "m"],
    [0, 2, 4, 5],
  ],
  [["teamug"], []],
  [["mug", "tea"], []],
  [["break"], [4]],
  [["nothing"], []],
])("%j", (words, found) => expect(names.having(words, 8)).toEqual(found));

test("no word goes from one name into the next, and no more are told than asked for", () => {
  expect(names.having(["tea\nmug"], 8)).toEqual([]);
  expect(names.having(["mug"], 2)).toEqual([0, 2]);
  expect(names.having([""], 8)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(new Names([]).having(["mug"], 8)).toEqual([]);
});
