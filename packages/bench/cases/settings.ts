import type { Contender } from "../measure.ts";
import type { Keys } from "../work.ts";
import { type Case, workOf } from "./case.ts";

export const clients: Case = {
  name: "clients",
  title: "One client, eight, and 128",
  about: "One merchant, a thousand items. With one client nothing can be grouped.",
  unit: "changes",
  quick: false,
  async run(bench) {
    const contenders: Contender[] = [];
    for (const size of [1, 100])
      for (const clients of [1, 8, 128]) {
        const what = size === 1 ? "single sales" : `batches of ${size}`;
        const setting = `${what}, ${clients} client${clients === 1 ? "" : "s"}`;
        const work = workOf(size, { clients });
        contenders.push(
          await bench.inProcess("bincard", work, { name: "Bincard, in process", setting }),
          await bench.overHttp("bincard", work, { name: "Bincard, tRPC", setting, door: "trpc" }),
          await bench.overHttp("bincard", work, {
            name: "Bincard, Square door",
            setting,
            door: "square",
          }),
        );
      }
    return bench.inTurns(contenders, shorter(bench.options));
  },
};

/** Many settings share the time that few contenders would have. */
function shorter({ rounds, seconds }: { rounds: number; seconds: number }) {
  return { rounds: Math.min(rounds, 2), seconds: Math.min(seconds, 2) };
}

const KEYS: readonly (readonly [string, Keys])[] = [
  ["uniform over 1,000", { kind: "uniform", items: 1_000 }],
  ["uniform over 10,000", { kind: "uniform", items: 10_000 }],
  ["Zipf 1.0 over 1,000", { kind: "zipf", items: 1_000 }],
  ["one hot item", { kind: "hot" }],
];

export const skew: Case = {
  name: "skew",
  title: "Which items are sold",
  about: "In process, 32 requests in flight, one merchant.",
  unit: "changes",
  quick: false,
  async run(bench) {
    const contenders: Contender[] = [];
    for (const size of [1, 100])
      for (const [label, keys] of KEYS) {
        const setting = `${size === 1 ? "single sales" : `batches of ${size}`}, ${label}`;
        const work = workOf(size, { keys });
        contenders.push(
          await bench.inProcess("bincard", work, { name: "Bincard, in process", setting }),
        );
      }
    contenders.push(
      await bench.inProcess("naive", workOf(1, { keys: { kind: "hot" } }), {
        name: "naive Drizzle, in process",
        setting: "single sales, one hot item",
      }),
    );
    return bench.inTurns(contenders, shorter(bench.options));
  },
};

export const merchants: Case = {
  name: "merchants",
  title: "One merchant and twenty",
  about: "32 requests in flight, dealt out over the merchants; a thousand items each.",
  unit: "changes",
  quick: false,
  async run(bench) {
    const contenders: Contender[] = [];
    for (const size of [1, 100])
      for (const merchants of [1, 20]) {
        const what = size === 1 ? "single sales" : `batches of ${size}`;
        const setting = `${what}, ${merchants} merchant${merchants === 1 ? "" : "s"}`;
        const work = workOf(size, { merchants });
        contenders.push(
          await bench.inProcess("bincard", work, { name: "Bincard, in process", setting }),
          await bench.overHttp("bincard", work, { name: "Bincard, tRPC", setting, door: "trpc" }),
        );
      }
    return bench.inTurns(contenders, shorter(bench.options));
  },
};

export const idle: Case = {
  name: "idle",
  title: "A lone request",
  about:
    "One sale at a time, in process. Ungrouped: the same ledger with groups of one request. By hand: one statement with the " +
    "same rows in it and nothing judged.",
  unit: "requests",
  quick: true,
  async run(bench) {
    const work = workOf(1, { clients: 1 });
    return bench.inTurns([
      await bench.inProcess("bincard", work, { name: "Bincard, in process" }),
      await bench.inProcess("ungrouped", work, { name: "Bincard, ungrouped" }),
      await bench.inProcess("plain", work, { name: "one statement by hand" }),
    ]);
  },
};

export const servers: Case = {
  name: "servers",
  title: "Several server processes on one PostgreSQL",
  about: "Batches of 100 over tRPC, 32 connections dealt out over the servers, a thousand items.",
  unit: "changes",
  quick: false,
  async run(bench) {
    const contenders: Contender[] = [];
    for (const servers of [1, 2, 4])
      for (const merchants of [1, 4]) {
        const who = merchants === 1 ? "the same merchant" : "merchants of their own";
        const setting = `${servers} process${servers === 1 ? "" : "es"}, ${who}`;
        const work = workOf(100, { merchants });
        contenders.push(
          await bench.overHttp("bincard", work, {
            name: "Bincard, tRPC",
            setting,
            door: "trpc",
            servers,
          }),
        );
      }
    return bench.inTurns(contenders, shorter(bench.options));
  },
};
