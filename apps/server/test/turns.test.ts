import { expect, test } from "vitest";
import { Turns } from "../src/turns.ts";

/** Works that end when they are told to, and the order in which they began. */
function stageOf(turns: Turns) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (merchant: string, name: string) =>
    turns.run(merchant, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    });
  const endNext = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, ask, endNext };
}

test("a quiet merchant is answered while the queue of a loud one is still long", async () => {
  const turns = new Turns({ places: 3, perMerchant: 2 });
  const { begun, ask, endNext } = stageOf(turns);
  const loud = Array.from({ length: 100 }, (_, at) => ask("loud", `loud ${at}`));
  expect([turns.running, turns.waiting]).toEqual([2, 98]);
  const quiet = [ask("quiet", "quiet 0"), ask("quiet", "quiet 1")];
  // One place was never the loud one's; the next that is free is the quiet one's turn or the loud one's, in order.
  expect(begun).toEqual(["loud 0", "loud 1", "quiet 0"]);
  for (let end = 0; end < 4; end++) await endNext();
  expect(begun).toContain("quiet 1");
  expect(turns.waiting).toBeGreaterThan(90);
  for (let end = 0; end < 110; end++) await endNext();
  expect(await Promise.all([...loud, ...quiet])).toHaveLength(102);
  expect([turns.running, turns.waiting]).toEqual([0, 0]);
});

test("merchants take turns, one each, however much each of them wants", async () => {
  const turns = new Turns({ places: 1, perMerchant: 1 });
  const { begun, ask, endNext } = stageOf(turns);
  const all = ["a", "b", "c"].flatMap((merchant) =>
    [0, 1, 2].map((at) => ask(merchant, `${merchant}${at}`)),
  );
  for (let end = 0; end < 9; end++) await endNext();
  await Promise.all(all);
  expect(begun).toEqual(["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]);
});

test("within a merchant, first come, first served; and a failure gives its place up", async () => {
  const turns = new Turns({ places: 1, perMerchant: 1 });
  const order: number[] = [];
  const asked = [0, 1, 2, 3].map(async (at) =>
    turns.run("a", async () => {
      order.push(at);
      if (at % 2 === 0) throw new Error(`no ${at}`);
    }),
  );
  const ended = await Promise.allSettled(asked);
  expect(ended.map(({ status }) => status)).toEqual([
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(order).toEqual([0, 1, 2, 3]);
  expect([turns.running, turns.waiting]).toEqual([0, 0]);
});
