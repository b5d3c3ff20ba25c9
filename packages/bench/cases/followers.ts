import type { Bench } from "../bench.ts";
import { startChild } from "../child.ts";
import { processCpu } from "../cpu.ts";
import type { Contender } from "../measure.ts";
import type { Following, FollowersSettings, Seen } from "../processes/followers.ts";
import { type Figures, figuresOf } from "../report/figures.ts";
import { type Case, workOf } from "./case.ts";
import { watched } from "./soak.ts";

const FOLLOWERS = 200;
const MEBIBYTE = 1_024 * 1_024;

export const followers: Case = {
  name: "followers",
  title: "A writer and 200 followers",
  about:
    "Writers over tRPC from 32 connections to one merchant, alone and with 200 followers of that merchant's feed in another process, which ask for gzip and take all " +
    "that they are told. Writers, followers, server and PostgreSQL share the machine, so what the followers need themselves is taken from the writers.",
  unit: "changes",
  quick: false,
  async run(bench, note) {
    const contenders: Contender[] = [];
    const child = await followersOf(bench);
    const told = new Map<string, Told[]>();
    const pairs: (readonly [alone: string, followed: string])[] = [];
    for (const size of [1, 100]) {
      const what = size === 1 ? "single sales" : `batches of ${size}`;
      const place = { name: "Bincard, tRPC", door: "trpc" } as const;
      const alone = await bench.overHttp("bincard", workOf(size), {
        ...place,
        setting: `${what}, nobody follows`,
      });
      const setting = `${what}, ${FOLLOWERS} followers`;
      pairs.push([alone.setting ?? "", setting]);
      told.set(setting, []);
      let cpuBefore = 0;
      const setUp = async () => {
        await child.ask({ followers: FOLLOWERS });
        cpuBefore = processCpu(child.pid) ?? 0;
      };
      const tearDown = async () => {
        const cpu = (processCpu(child.pid) ?? 0) - cpuBefore;
        told.get(setting)?.push({ ...(await child.ask({ followers: 0 })), cpu });
      };
      contenders.push(alone, { ...alone, setting, setUp, tearDown });
    }
    const rows = await bench.inTurns(contenders);
    for (const [setting, seen] of told) note(`${setting}: ${inWords(seen)}`);
    for (const [alone, followed] of pairs) {
      const [before, beside] = [alone, followed].map((setting) => {
        const row = rows.find((each) => each.setting === setting);
        return row && figuresOf(row, "changes");
      });
      if (before !== undefined && beside !== undefined)
        note(`${followed}: ${cost(before, beside)}`);
    }
    return rows;
  },
};

export const followersSoak: Case = {
  name: "followers-soak",
  title: "Memory with 200 followers",
  about:
    "The same with single sales, for as long as `--soak MINUTES` says; the server's resident memory every ten seconds.",
  unit: "changes",
  quick: false,
  async run(bench, note) {
    const child = await followersOf(bench);
    const writers = { name: "Bincard, tRPC", door: "trpc" } as const;
    const contender = await bench.overHttp("bincard", workOf(1), writers);
    await child.ask({ followers: FOLLOWERS });
    const row = await watched(contender, bench, note);
    await child.ask({ followers: 0 });
    return [row];
  },
};

async function followersOf(bench: Bench) {
  const { url } = await bench.target("bincard");
  const { token = "" } = (await bench.world()).merchants[0] ?? {};
  const settings: FollowersSettings = { url, token };
  return bench.keep(await startChild<Following, Seen>("followers", settings));
}

/** What the followers' own process took of the machine meanwhile, in seconds. */
interface Told extends Seen {
  readonly cpu: number;
}

/** What followers cost writers: by the clock of a shared machine, and by what server and PostgreSQL take. */
function cost(alone: Figures, followed: Figures): string {
  const perSecond = followed.perSecond / alone.perSecond;
  const micros = ({ perCpuSecond = Number.NaN }: Figures) => 1e6 / perCpuSecond;
  const [before, beside] = [micros(alone), micros(followed)];
  return (
    `${perSecond.toFixed(2)} of the changes a second; server and PostgreSQL ${beside.toFixed(0)} µs of CPU a change ` +
    `instead of ${before.toFixed(0)}, ${(before / beside).toFixed(2)} of the changes a CPU second.`
  );
}

function inWords(seen: readonly Told[]): string {
  const middle = (read: (one: Told) => number) =>
    seen.map(read).toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 0;
  const [p50, p99] = [middle((one) => one.p50), middle((one) => one.p99)];
  const mebibytes = middle((one) => one.bytes) / MEBIBYTE;
  return (
    `from a change's receipt to its arrival p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; ` +
    `${mebibytes.toFixed(0)} MiB in a window to all of them together, whose process took ${middle((one) => one.cpu).toFixed(2)} s of CPU.`
  );
}
