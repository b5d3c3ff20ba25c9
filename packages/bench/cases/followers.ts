import { startChild } from "../child.ts";
import type { Contender } from "../measure.ts";
import type { Following, FollowersSettings, Seen } from "../processes/followers.ts";
import { type Case, workOf } from "./case.ts";

const FOLLOWERS = 200;
const MEBIBYTE = 1_024 * 1_024;

export const followers: Case = {
  name: "followers",
  title: "A writer and 200 followers",
  about:
    "Writers over tRPC from 32 connections to one merchant, alone and with 200 followers of that merchant's feed in another process, which take all that " +
    "they are told. Writers, followers, server and PostgreSQL share the machine, so what the followers need themselves is taken from the writers.",
  unit: "changes",
  quick: false,
  async run(bench, note) {
    const contenders: Contender[] = [];
    const { url } = await bench.target("bincard");
    const { token = "" } = (await bench.world()).merchants[0] ?? {};
    const child = bench.keep(
      await startChild<Following, Seen>("followers", { url, token } satisfies FollowersSettings),
    );
    const told = new Map<string, Seen[]>();
    for (const size of [1, 100]) {
      const what = size === 1 ? "single sales" : `batches of ${size}`;
      const place = { name: "Bincard, tRPC", door: "trpc" } as const;
      const alone = await bench.overHttp("bincard", workOf(size), {
        ...place,
        setting: `${what}, nobody follows`,
      });
      const setting = `${what}, ${FOLLOWERS} followers`;
      told.set(setting, []);
      const run = async (seconds: number) => {
        await child.ask({ followers: FOLLOWERS });
        const driven = await alone.run(seconds);
        told.get(setting)?.push(await child.ask({ followers: 0 }));
        return driven;
      };
      contenders.push(alone, { ...alone, setting, run });
    }
    const rows = await bench.inTurns(contenders);
    for (const [setting, seen] of told) note(`${setting}: ${inWords(seen)}`);
    return rows;
  },
};

function inWords(seen: readonly Seen[]): string {
  const middle = (read: (one: Seen) => number) =>
    seen.map(read).toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 0;
  const [p50, p99] = [middle((one) => one.p50), middle((one) => one.p99)];
  const mebibytes = middle((one) => one.bytes) / MEBIBYTE;
  return (
    `from a change's receipt to its arrival p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; ` +
    `${mebibytes.toFixed(0)} MiB in a window to all of them together.`
  );
}
