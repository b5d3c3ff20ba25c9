import type { Bench } from "../bench.ts";
import { processBytes } from "../cpu.ts";
import type { Contender } from "../measure.ts";
import type { Row, Sample } from "../sample.ts";
import { type Case, workOf } from "./case.ts";

const EVERY_SECONDS = 10;
const MEBIBYTE = 1_024 * 1_024;

export const soak: Case = {
  name: "soak",
  title: "Memory under load",
  about:
    "One server, single sales over tRPC from 32 connections to 20 merchants over 10,000 items, for as long as `--soak MINUTES` " +
    "says; resident memory every ten seconds.",
  unit: "changes",
  quick: false,
  async run(bench, note) {
    const keys = { kind: "uniform", items: 1_000 } as const;
    const work = workOf(1, { merchants: 20, keys });
    const name = "Bincard, tRPC";
    const contender = await bench.overHttp("bincard", work, { name, door: "trpc" });
    return [await watched(contender, bench, note)];
  },
};

/** Gives the contender ten seconds again and again, and tells how the memory of its process went. */
export async function watched(
  contender: Contender,
  { options }: Bench,
  note: (text: string) => void,
): Promise<Row> {
  const [pid = 0] = contender.pids;
  const samples: Sample[] = [];
  const minutes = Math.max(options.soak, 0.5);
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    const driven = await contender.run(EVERY_SECONDS);
    samples.push({ ...driven, nodeBytes: processBytes(pid) });
  }
  note(slopeOf(samples));
  return { contender: contender.name, setting: `${minutes} minutes`, samples };
}

/** Memory of the later half by least squares: the first half is the process finding its size. */
function slopeOf(samples: readonly Sample[]): string {
  const later = samples.slice(Math.floor(samples.length / 2));
  const points = later.map(({ nodeBytes = 0 }, index) => ({
    hours: (index * EVERY_SECONDS) / 3_600,
    mebibytes: nodeBytes / MEBIBYTE,
  }));
  const mean = (read: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + read(point), 0) / points.length;
  const [x, y] = [mean(({ hours }) => hours), mean(({ mebibytes }) => mebibytes)];
  const covariance = mean(({ hours, mebibytes }) => (hours - x) * (mebibytes - y));
  const variance = mean(({ hours }) => (hours - x) ** 2);
  const slope = variance === 0 ? 0 : covariance / variance;
  const first = (samples[0]?.nodeBytes ?? 0) / MEBIBYTE;
  const last = (samples.at(-1)?.nodeBytes ?? 0) / MEBIBYTE;
  return (
    `Resident memory ${first.toFixed(0)} MiB at first, ${last.toFixed(0)} MiB at last; in the later half it moved by ` +
    `${slope.toFixed(1)} MiB an hour over ${points.length} readings.`
  );
}
