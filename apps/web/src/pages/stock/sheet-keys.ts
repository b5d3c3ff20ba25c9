import { type Verb, VERB_WORDS, verbsOf } from "../../ledger/verbs.ts";
import type { Column } from "./columns.ts";

/** A cell of the sheet. Column 0 is the item's name; the others are the columns in order. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  /** The name's included. */
  readonly columns: number;
  /** Rows that fit on the screen. */
  readonly page: number;
}

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Where a key leads from a cell; `undefined` when it leads nowhere. */
export function moved({ row, column }: Cell, pressed: Pressed, extent: Extent): Cell | undefined {
  const to = target({ row, column }, pressed, extent);
  if (to === undefined) return undefined;
  const clamp = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
  return { row: clamp(to.row, extent.rows), column: clamp(to.column, extent.columns) };
}

function target({ row, column }: Cell, pressed: Pressed, { rows, columns, page }: Extent) {
  const far = pressed.ctrlKey || pressed.metaKey;
  switch (pressed.key) {
    case "ArrowDown":
      return { row: far ? rows - 1 : row + 1, column };
    case "ArrowUp":
      return { row: far ? 0 : row - 1, column };
    case "ArrowRight":
      return { row, column: far ? columns - 1 : column + 1 };
    case "ArrowLeft":
      return { row, column: far ? 0 : column - 1 };
    case "PageDown":
      return { row: row + page, column };
    case "PageUp":
      return { row: row - page, column };
    case "Home":
      return { row: far ? 0 : row, column: 0 };
    case "End":
      return { row: far ? rows - 1 : row, column: columns - 1 };
    default:
      return undefined;
  }
}

/** A form that a key opens on a cell. */
export interface Begun {
  readonly verb: Verb;
  /** What the key typed already. */
  readonly quantity: string;
}

/** A letter begins what it stands for, a digit begins a count, plus receives and minus sells. */
export function begun(pressed: Pressed, state: Column["state"]): Begun | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  const verbs = verbsOf(state);
  const [first = "count"] = verbs;
  const { key } = pressed;
  if (key === "Enter" || key === "F2") return { verb: first, quantity: "" };
  if (/^\d$/.test(key)) return { verb: "count", quantity: key };
  const verb =
    key === "+" || key === "-"
      ? ({ "+": "receive", "-": "sell" } as const)[key]
      : VERBS_BY_KEY.get(key.toLowerCase());
  return verb !== undefined && verbs.includes(verb) ? { verb, quantity: "" } : undefined;
}

const VERBS_BY_KEY: ReadonlyMap<string, Verb> = new Map(
  Object.entries(VERB_WORDS).map(([verb, { key }]) => [key, verb as Verb]),
);
