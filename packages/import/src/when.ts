import { parseQuantity } from "@bincard/contracts";
import type { Condition } from "./map.ts";
import { cellOf, type Cells } from "./template.ts";

/** Whether a rule takes a row. */
export type Holds = (cells: Cells) => boolean;

/** @throws TemplateFault for a column that is not in the file, SyntaxError for a bad pattern. */
export function compileWhen(
  when: Readonly<Record<string, Condition>> | undefined,
  columns: readonly string[],
): Holds {
  const all = Object.entries(when ?? {}).map(([column, condition]) => {
    const cell = cellOf(column, columns);
    const test = compileCondition(condition);
    return (cells: Cells) => test(cell(cells));
  });
  return (cells) => all.every((holds) => holds(cells));
}

function compileCondition(condition: Condition): (text: string) => boolean {
  if (typeof condition === "string") return (text) => text === condition;
  if (Array.isArray(condition)) return (text) => condition.includes(text);
  if ("matches" in condition) {
    const pattern = new RegExp(condition.matches, "u");
    return (text) => pattern.test(text);
  }
  if ("not" in condition) {
    const test = compileCondition(condition.not);
    return (text) => !test(text);
  }
  if ("empty" in condition) return (text) => (text === "") === condition.empty;
  if ("above" in condition) return compare(condition.above, (cell, bound) => cell > bound);
  return compare(condition.below, (cell, bound) => cell < bound);
}

/** Text that is no decimal is neither above nor below anything. */
function compare(bound: string, holds: (cell: bigint, bound: bigint) => boolean) {
  const fixed = parseQuantity(bound) ?? 0n;
  return (text: string) => {
    const cell = parseQuantity(text);
    return cell !== undefined && holds(cell, fixed);
  };
}
