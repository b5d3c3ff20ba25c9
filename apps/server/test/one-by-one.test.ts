import { expect, test } from "vitest";
import { OneByOne } from "../src/one-by-one.ts";

test("what came together begins in order, with a round of the event loop between two", async () => {
  const turns = new OneByOne();
  const seen: string[] = [];
  let round = 0;
  const count = () => {
    round++;
    if (seen.length < 5) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(
    ["a", "b", "c", "d", "e"].map(async (name) => {
      await turns.turn();
      seen.push(`${name} ${round}`);
    }),
  );
  expect(seen.map((each) => each[0])).toEqual(["a", "b", "c", "d", "e"]);
  const rounds = seen.map((each) => Number(each.slice(2)));
  expect(new Set(rounds).size).toBe(5);
});

test("one that comes later waits for no more than those before it", async () => {
  const turns = new OneByOne();
  await turns.turn();
  const seen: string[] = [];
  const first = turns.turn().then(() => seen.push("first"));
  const second = turns.turn().then(() => seen.push("second"));
  await first;
  expect(seen).toEqual(["first"]);
  await second;
  await turns.turn();
  expect(seen).toEqual(["first", "second"]);
});

test("one that may not begin waits until it may, and those behind it as well", async () => {
  const turns = new OneByOne();
  let mayBegin = false;
  const seen: string[] = [];
  const first = turns.turn(() => mayBegin).then(() => seen.push("first"));
  const second = turns.turn().then(() => seen.push("second"));
  await new Promise((goOn) => setImmediate(goOn));
  await new Promise((goOn) => setImmediate(goOn));
  expect(seen).toEqual([]);
  mayBegin = true;
  await Promise.all([first, second]);
  expect(seen).toEqual(["first", "second"]);
});

test("nobody waits for ever to be let in", async () => {
  const turns = new OneByOne();
  let asked = 0;
  await turns.turn(() => {
    asked++;
    return false;
  });
  expect(asked).toBeGreaterThan(1);
});
