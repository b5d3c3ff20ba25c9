import { rawInsert } from "./batches.ts";
import { type Case, workOf } from "./case.ts";

export const httpBatches: Case = {
  name: "http-batches",
  title: "Batches of 100 over HTTP",
  about:
    "32 connections kept alive, one merchant, a thousand items. The stubbed ledger stands behind the server's own HTTP stack " +
    "and answers at once, in the real one's shape. The naive version stands behind tRPC's standalone adapter.",
  unit: "changes",
  quick: true,
  async run(bench, note) {
    const work = workOf(100);
    const raw = await rawInsert(bench, work, note);
    return bench.inTurns([
      raw,
      await bench.overHttp("bincard", work, { name: "Bincard, tRPC", door: "trpc" }),
      await bench.overHttp("bincard", work, { name: "Bincard, Square door", door: "square" }),
      await bench.overHttp("stub", work, { name: "ledger stubbed, tRPC", door: "trpc" }),
      await bench.overHttp("naive", work, { name: "naive tRPC + Drizzle", door: "naive" }),
      ...(bench.options.quick
        ? []
        : [
            await bench.overHttp("stub", work, {
              name: "ledger stubbed, Square door",
              door: "square",
            }),
            await bench.overHttp("bincard", work, {
              name: "Bincard, client library",
              door: "client library",
            }),
          ]),
    ]);
  },
};

export const httpSingles: Case = {
  name: "http-singles",
  title: "Single sales over HTTP",
  about:
    "One sale a request, 32 connections kept alive. Bare node:http answers a fixed small JSON, once without looking at the " +
    "body and once after reading it.",
  unit: "changes",
  quick: true,
  async run(bench) {
    const work = workOf(1);
    return bench.inTurns([
      await bench.overHttp("echo", work, { name: "bare node:http", door: "echo" }),
      await bench.overHttp("echo", work, {
        name: "bare node:http, body read",
        door: "echo, body read",
      }),
      await bench.overHttp("stub", work, { name: "ledger stubbed, tRPC", door: "trpc" }),
      await bench.overHttp("bincard", work, { name: "Bincard, tRPC", door: "trpc" }),
      await bench.overHttp("stub", work, { name: "ledger stubbed, Square door", door: "square" }),
      await bench.overHttp("bincard", work, { name: "Bincard, Square door", door: "square" }),
      await bench.overHttp("naive", work, { name: "naive tRPC + Drizzle", door: "naive" }),
      ...(bench.options.quick
        ? []
        : [
            await bench.overHttp("bincard", work, {
              name: "Bincard, client library",
              door: "client library",
            }),
          ]),
    ]);
  },
};
