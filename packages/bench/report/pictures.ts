import type { CaseResult, Row } from "../sample.ts";
import { count, milliseconds } from "./columns.ts";
import { figuresOf } from "./figures.ts";
import { type Bar, barChart } from "./svg.ts";

/** The picture of a case: its rates, or its p50 where single requests were timed. */
export function pictureOf(result: CaseResult): string {
  const timed = result.unit === "requests";
  const measure = timed ? "p50 in milliseconds, shorter is better" : "changes a second";
  const bars = result.rows.map((row) => (timed ? timeBar(row) : rateBar(row)));
  return barChart({ title: result.title, measure, bars });
}

const labelOf = ({ contender, setting }: Row): string =>
  setting === "" || contender.includes("pgbench") ? contender : `${contender}: ${setting}`;
const isOurs = ({ contender }: Row): boolean =>
  !/^(?:raw|one-row|naive|bare|ledger stubbed|select 1|one statement|adding up|@medusajs)/.test(
    contender,
  );

function rateBar(row: Row): Bar {
  const rates = row.samples.map(({ changes, seconds }) => changes / seconds);
  const value = figuresOf(row, "changes").perSecond;
  return bar(row, { value, all: rates, text: count(value) });
}

function timeBar(row: Row): Bar {
  const value = figuresOf(row, "requests").p50;
  const times = row.samples.map(({ p50 }) => p50);
  return bar(row, { value, all: times, text: `${milliseconds(value)} ms` });
}

function bar(
  row: Row,
  { value, all, text }: { value: number; all: readonly number[]; text: string },
): Bar {
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return { label: labelOf(row), value, low, high, text, ours: isOurs(row) };
}
