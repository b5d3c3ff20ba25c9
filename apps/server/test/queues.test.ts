import { LIMITS } from "@bincard/contracts";
import { expect, test } from "vitest";
import { Queues } from "../src/queues.ts";

const KINDS = {
  quick: { name: "counts.list", rows: LIMITS.largeReadRows },
  large: { name: "counts.list", rows: LIMITS.largeReadRows + 1 },
  whole: { name: "ledger.verify", rows: 0 },
  elsewhere: { name: "webhooks.test", rows: 0 },
};
type Kind = keyof typeof KINDS;

function stage() {
  const queues = new Queues();
  const begun: Kind[] = [];
  const ends: (() => void)[] = [];
  return {
    queues,
    begun,
    ask: async (kind: Kind) =>
      queues.for(KINDS[kind]).run("merchant", async () => {
        begun.push(kind);
        await new Promise<void>((end) => ends.push(end));
      }),
    endAll: () => ends.splice(0).forEach((end) => end()),
  };
}
const settle = async () => new Promise((resolve) => setImmediate(resolve));

test("what takes long never takes the place of what is quick, and all that waits is counted", async () => {
  const { queues, begun, ask, endAll } = stage();
  const asked = (["large", "whole", "quick"] as const).flatMap((kind) =>
    Array.from({ length: 10 }, async () => ask(kind)),
  );
  await settle();
  const { largeReadsPerMerchant: large, queriesPerMerchant: quick } = LIMITS;
  const of = (kind: Kind) => begun.filter((each) => each === kind).length;
  expect([of("large"), of("whole"), of("quick")]).toEqual([large, 1, quick]);
  expect([queues.running, queues.waiting]).toEqual([large + 1 + quick, 30 - large - 1 - quick]);
  while (begun.length < 30) {
    endAll();
    await settle();
  }
  endAll();
  await Promise.all(asked);
  expect([queues.running, queues.waiting]).toEqual([0, 0]);
});

test("what waits for somebody else's server holds no place at the database", async () => {
  const { queues, begun, ask, endAll } = stage();
  const asked = ask("elsewhere");
  await settle();
  expect(begun).toEqual(["elsewhere"]);
  expect([queues.running, queues.waiting]).toEqual([0, 0]);
  endAll();
  await asked;
});
