import { clusterCpu, processCpu } from "./cpu.ts";
import type { Driven, Row, Sample } from "./sample.ts";

/** A way of doing the work, ready to be given windows. */
export interface Contender {
  readonly name: string;
  readonly setting?: string;
  run(seconds: number): Promise<Driven>;
  /** What has to stand before a window, and goes after it: neither is part of what is measured. */
  readonly setUp?: () => Promise<void>;
  readonly tearDown?: () => Promise<void>;
  /** The processes under test. */
  readonly pids: readonly number[];
  /** The process that sends the load, where it is another one. */
  readonly loadPid?: number;
  /** CPU of processes that end within the window, so that no pid can be asked. */
  readonly cpu?: () => number | undefined;
}

/** Where CPU and write-ahead log are read. */
export interface Gauges {
  readonly postmaster: number;
  /** Bytes of write-ahead log since the cluster was made. */
  walPosition(): Promise<number>;
}

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  /** Each contender's first window, which is thrown away. */
  readonly warmUpSeconds: number;
}

/**
 * Gives every contender its windows in turns: A B C, A B C. Whatever the machine does meanwhile, it does to
 * each of them.
 */
export async function inTurns(
  contenders: readonly Contender[],
  gauges: Gauges,
  { rounds, seconds, warmUpSeconds }: Rounds,
): Promise<Row[]> {
  const samples = new Map<Contender, Sample[]>(contenders.map((each) => [each, []]));
  for (const contender of contenders) {
    await contender.setUp?.();
    await contender.run(warmUpSeconds);
    await contender.tearDown?.();
  }
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders)
      samples.get(contender)?.push(await measured(contender, gauges, seconds));
  return contenders.map((contender) => ({
    contender: contender.name,
    setting: contender.setting ?? "",
    samples: samples.get(contender) ?? [],
  }));
}

async function measured(contender: Contender, gauges: Gauges, seconds: number): Promise<Sample> {
  const { postmaster } = gauges;
  const read = () => ({
    nodeCpu: contender.cpu === undefined ? sumOf(contender.pids) : contender.cpu(),
    loadCpu: contender.loadPid === undefined ? undefined : processCpu(contender.loadPid),
    postgresCpu: clusterCpu(postmaster),
  });
  await contender.setUp?.();
  const wal = await gauges.walPosition();
  const before = read();
  const driven = await contender.run(seconds);
  const after = read();
  await contender.tearDown?.();
  return {
    ...driven,
    nodeCpu: difference(before.nodeCpu, after.nodeCpu),
    loadCpu: difference(before.loadCpu, after.loadCpu),
    postgresCpu: difference(before.postgresCpu, after.postgresCpu),
    walBytes: (await gauges.walPosition()) - wal,
  };
}

function sumOf(pids: readonly number[]): number | undefined {
  let sum = 0;
  for (const pid of pids) {
    const seconds = processCpu(pid);
    if (seconds === undefined) return undefined;
    sum += seconds;
  }
  return sum;
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  return Math.round((after - before) * 100) / 100;
}
