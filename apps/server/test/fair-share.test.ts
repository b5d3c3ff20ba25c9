import { LIMITS } from "@bincard/contracts";
import { expect, test } from "vitest";
import { FairShare } from "../src/fair-share.ts";

/** A process whose clock we turn: each row costs it so many milliseconds. */
function stageOf(millisecondsARow = 0.01) {
  let now = 0;
  let worked = 0;
  let pauses: { readonly until: number; readonly resolve: () => void }[] = [];
  const share = new FairShare({
    now: () => now,
    worked: () => worked,
    pause: async (milliseconds) =>
      new Promise((resolve) => void pauses.push({ until: now + milliseconds, resolve })),
  });
  const settle = async () => new Promise<void>((resolve) => void setImmediate(resolve));
  const begun: string[] = [];
  return {
    share,
    begun,
    ask(merchantId: string, rows: number, name = merchantId) {
      const begin = () => {
        worked += rows * millisecondsARow;
        begun.push(name);
      };
      const turn = share.enter(merchantId, rows);
      if (turn === undefined) begin();
      else void turn.then(begin);
    },
    async pass(milliseconds: number) {
      for (const end = now + milliseconds; now < end;) {
        now++;
        const due = pauses.filter(({ until }) => until <= now);
        pauses = pauses.filter(({ until }) => until > now);
        for (const { resolve } of due) resolve();
        await settle();
      }
    },
  };
}

test("a merchant that is alone never waits", () => {
  const { ask, begun } = stageOf();
  for (let at = 0; at < 1_000; at++) ask("only", 1_000);
  expect(begun).toHaveLength(1_000);
});

test("beside another it has its share of the time and waits for the rest, in order", async () => {
  const { ask, pass, begun, share } = stageOf();
  ask("quiet", 1);
  for (let at = 0; at < 100; at++) ask("loud", 1_000, `loud ${at}`);
  expect(share.waiting).toBe(1);
  const before = begun.length;
  for (let at = 0; at < 10; at++) {
    await pass(100);
    ask("quiet", 1);
  }
  // A thousand rows are ten milliseconds of work.
  const had = (begun.length - before - 10) * 10;
  expect(had).toBeGreaterThan(1_000 * LIMITS.sharePerMerchant * 0.9);
  expect(had).toBeLessThan(1_000 * LIMITS.sharePerMerchant * 1.1);
  const loud = begun.filter((name) => name.startsWith("loud"));
  expect(loud).toEqual(loud.map((_, at) => `loud ${at}`));
});

test("the quiet one never waits, whatever waits beside it", async () => {
  const { ask, pass, begun } = stageOf();
  ask("quiet", 1);
  for (let at = 0; at < 500; at++) ask("loud", 1_000);
  for (let at = 0; at < 50; at++) {
    await pass(20);
    const before = begun.filter((name) => name === "quiet").length;
    ask("quiet", 100);
    expect(begun.filter((name) => name === "quiet")).toHaveLength(before + 1);
  }
});

test("once the other has gone, nobody waits any more", async () => {
  const { ask, pass, begun, share } = stageOf();
  ask("quiet", 1);
  for (let at = 0; at < 100; at++) ask("loud", 10_000);
  expect(begun.length).toBeLessThan(10);
  await pass(600);
  expect(begun).toHaveLength(101);
  expect(share.waiting).toBe(0);
});

test("what a body turned out to be is paid for by what comes next", async () => {
  const { ask, pass, begun, share } = stageOf();
  ask("quiet", 1);
  share.charge("loud", 10_000);
  ask("loud", 100);
  expect(begun).toEqual(["quiet"]);
  await pass(90);
  ask("quiet", 1);
  await pass(90);
  ask("quiet", 1);
  expect(begun).not.toContain("loud");
  await pass(90);
  expect(begun).toContain("loud");
});

test("where work is cheap, a share is more of it", async () => {
  const hadAt = async (millisecondsARow: number) => {
    const { ask, pass, begun } = stageOf(millisecondsARow);
    for (let at = 0; at < 40_000; at++) ask("loud", 100);
    // What was done alone tells what it costs.
    await pass(200);
    for (let at = 0; at < 20; at++) {
      ask("quiet", 1);
      await pass(10);
    }
    const before = begun.length;
    for (let at = 0; at < 40_000; at++) ask("loud", 100);
    for (let at = 0; at < 10; at++) {
      ask("quiet", 1);
      await pass(20);
    }
    return begun.length - before;
  };
  expect(await hadAt(0.002)).toBeGreaterThan(3 * (await hadAt(0.02)));
});

test("what a large body costs is waited for, but never for long", async () => {
  const { ask, pass, begun, share } = stageOf();
  ask("quiet", 1);
  // Ten seconds of work, by the price of the moment.
  for (let at = 0; at < 10; at++) share.charge("loud", 100_000);
  ask("loud", 100);
  expect(begun).toEqual(["quiet"]);
  for (let at = 0; at < 10; at++) {
    await pass(110);
    ask("quiet", 1, "still here");
  }
  expect(begun).toContain("loud");
});
