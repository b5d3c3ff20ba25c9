import type { CaseResult, Row } from "../sample.ts";
import { type Figures, figuresOf } from "./figures.ts";

/** One column of a case's table: its heading and what it says of a row; left out when no row has it. */
interface Column {
  readonly heading: string;
  show(figures: Figures, row: Row): string | undefined;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const MEBIBYTE = 1_024 * 1_024;

export const count = (value: number): string => whole.format(value);
export const milliseconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const share = (value: number | undefined) => value?.toFixed(2);
const mebibytes = (value: number | undefined) =>
  value === undefined ? undefined : count(value / MEBIBYTE);

function columnsOf(unit: CaseResult["unit"]): readonly Column[] {
  return [
    { heading: "contender", show: (_, row) => row.contender },
    { heading: "setting", show: (_, row) => (row.setting === "" ? undefined : row.setting) },
    { heading: `${unit}/s`, show: ({ perSecond }) => count(perSecond) },
    {
      heading: "spread",
      show: (figures, { samples }) =>
        samples.length < 2 ? undefined : `${(figures.spread * 100).toFixed(0)} %`,
    },
    { heading: "p50 ms", show: ({ p50 }) => milliseconds(p50) },
    { heading: "p99 ms", show: ({ p99 }) => milliseconds(p99) },
    { heading: "Node CPU", show: ({ nodeCpu }) => share(nodeCpu) },
    { heading: "Postgres CPU", show: ({ postgresCpu }) => share(postgresCpu) },
    { heading: "load CPU", show: ({ loadCpu }) => share(loadCpu) },
    {
      heading: `${unit}/CPU s`,
      show: ({ perCpuSecond }) => (perCpuSecond === undefined ? undefined : count(perCpuSecond)),
    },
    {
      heading: "WAL bytes a change",
      show: ({ walBytes }) => (walBytes === undefined ? undefined : count(walBytes)),
    },
    { heading: "Node MiB", show: ({ nodeBytes }) => mebibytes(nodeBytes) },
    { heading: "Postgres MiB", show: ({ postgresBytes }) => mebibytes(postgresBytes) },
  ];
}

export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A case as a table of text, without the columns that no row fills. */
export function tableOf({ rows, unit }: CaseResult): Table {
  const filled = columnsOf(unit)
    .map(({ heading, show }) => ({
      heading,
      cells: rows.map((row) => show(figuresOf(row, unit), row)),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== undefined));
  return {
    headings: filled.map(({ heading }) => heading),
    rows: rows.map((_, index) => filled.map(({ cells }) => cells[index] ?? "")),
  };
}
