import type { Row, Sample, Unit } from "../sample.ts";
import { median, spread } from "../statistics.ts";

/** A row's windows, brought together: medians, and how far the windows lay apart. */
export interface Figures {
  readonly perSecond: number;
  /** Largest minus smallest, as a share of the median. */
  readonly spread: number;
  readonly p50: number;
  readonly p99: number;
  readonly nodeCpu: number | undefined;
  readonly loadCpu: number | undefined;
  readonly postgresCpu: number | undefined;
  /** By CPU second of the process under test and PostgreSQL together. */
  readonly perCpuSecond: number | undefined;
  readonly walBytes: number | undefined;
  readonly nodeBytes: number | undefined;
  readonly postgresBytes: number | undefined;
}

const done = (sample: Sample, unit: Unit): number =>
  unit === "changes" ? sample.changes : sample.requests;

export function figuresOf({ samples }: Row, unit: Unit): Figures {
  const rates = samples.map((sample) => done(sample, unit) / sample.seconds);
  return {
    perSecond: median(rates),
    spread: spread(rates),
    p50: median(samples.map(({ p50 }) => p50)),
    p99: median(samples.map(({ p99 }) => p99)),
    nodeCpu: middle(samples, ({ nodeCpu, seconds }) => nodeCpu && nodeCpu / seconds),
    loadCpu: middle(samples, ({ loadCpu, seconds }) => loadCpu && loadCpu / seconds),
    postgresCpu: middle(
      samples,
      ({ postgresCpu, seconds }) => postgresCpu && postgresCpu / seconds,
    ),
    perCpuSecond: middle(samples, (sample) => {
      const { nodeCpu, postgresCpu } = sample;
      if (nodeCpu === undefined || postgresCpu === undefined) return undefined;
      const cpu = nodeCpu + postgresCpu;
      return cpu === 0 ? undefined : done(sample, unit) / cpu;
    }),
    walBytes: middle(samples, ({ walBytes, changes }) =>
      walBytes === undefined || changes === 0 ? undefined : walBytes / changes,
    ),
    nodeBytes: middle(samples, ({ nodeBytes }) => nodeBytes),
    postgresBytes: middle(samples, ({ postgresBytes }) => postgresBytes),
  };
}

/** The median of what every window has, or nothing. */
function middle(
  samples: readonly Sample[],
  read: (sample: Sample) => number | undefined,
): number | undefined {
  const values = samples.map(read);
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 || known.length < values.length ? undefined : median(known);
}
