import type { Bench } from "../bench.ts";
import { createHistory, type History } from "./history.ts";

const QUICK = [200_000];
const USUAL = [1_000_000];
const LARGE = [1_000_000, 10_000_000];

export const inWords = (changes: number): string =>
  changes < 1_000_000 ? `${changes / 1_000} k changes` : `${changes / 1_000_000} M changes`;

/** How much history this run reads from. */
export function sizesOf({ quick, large }: Bench["options"]): readonly number[] {
  return large ? LARGE : quick ? QUICK : USUAL;
}

/** Each made once a run, whichever case asks first. */
export async function historiesOf(bench: Bench): Promise<History[]> {
  const histories: History[] = [];
  for (const changes of sizesOf(bench.options)) histories.push(await historyOf(bench, changes));
  return histories;
}

export function historyOf(bench: Bench, changes: number): Promise<History> {
  return bench.once(`history ${changes}`, async () => {
    const url = await bench.cluster.createDatabase(`history_${changes}`);
    const history = await createHistory(url, changes);
    const seconds = history.loadSeconds.toFixed(1);
    console.log(`\n${inWords(changes)} of history made in ${seconds} s`);
    return history;
  });
}
