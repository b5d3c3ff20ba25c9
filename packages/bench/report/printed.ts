import type { CaseResult } from "../sample.ts";
import { tableOf } from "./columns.ts";
import type { Goal } from "./goals.ts";

/** A case for the terminal. */
export function printed(result: CaseResult): string {
  const { headings, rows } = tableOf(result);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^[\d.,]/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const body = [headings, ...rows].map((cells) => `  ${line(cells)}`);
  const notes = result.notes.map((note) => `  ${note}`);
  return [`\n${result.title} (${result.name})`, ...body, ...notes].join("\n");
}

/** What the run says of the goals it measured. */
export function printedGoals(goals: readonly Goal[]): string {
  const lines = goals.flatMap(({ work, goal, outcome }) =>
    outcome === undefined
      ? []
      : [
          `  ${outcome.met ? "met    " : "not met"}  ${work}: ${goal}\n           ${outcome.figure}`,
        ],
  );
  return ["\nGoals", ...lines].join("\n");
}
