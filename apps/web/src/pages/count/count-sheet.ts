import type { InputOf } from "@bincard/client";
import { sum } from "@bincard/client/sum";

export type Request = InputOf<"changes.create"> & { readonly idempotencyKey: string };

/** What somebody found of one thing. */
export interface Line {
  readonly quantity: string;
  /** When it was counted: the ledger is asked what it said then. RFC 3339. */
  readonly at: string;
}

/** A stock-take of one location that is under way. It is plain data, so that a browser can keep it. */
export interface CountSheet {
  readonly version: 1;
  readonly locationId: string;
  readonly begunAt: string;
  /** Whether what the ledger says is kept from those who count. */
  readonly isBlind: boolean;
  readonly referenceId: string;
  /** Ids of variations to be counted; others may be found on the way. */
  readonly planned: readonly string[];
  readonly lines: Readonly<Record<string, Line>>;
  /** What was counted last: a number by itself is about this. */
  readonly last?: string | undefined;
  /** Sent, and not known to be answered: it can only be sent again as it is (L6). */
  readonly sent?: Request | undefined;
  /** How many lines have left the sheet because the ledger has them, in batches before this one. */
  readonly posted?: number | undefined;
}

/** What a sheet says besides what there is to count and what was found. */
export type Head = Omit<CountSheet, "planned" | "lines">;

/** What one batch takes: the contracts' `changesPerRequest`. */
export const LINES_PER_BATCH = 1_000;

export interface Plan extends Pick<CountSheet, "locationId" | "isBlind" | "planned"> {
  readonly referenceId: string;
}

export function beginSheet(plan: Plan, now: Date): CountSheet {
  return { version: 1, ...plan, begunAt: now.toISOString(), lines: {} };
}

/** One more of it, as a scanner says. When it was counted stays as of the first. */
export function scanned(sheet: CountSheet, id: string, now: Date): CountSheet {
  const before = sheet.lines[id];
  const line = {
    quantity: sum(before?.quantity ?? "0", "1"),
    at: before?.at ?? now.toISOString(),
  };
  return { ...sheet, lines: { ...sheet.lines, [id]: line }, last: id };
}

/** That many of it, now. The quantity must be one: see `isQuantity`. */
export function said(
  sheet: CountSheet,
  { id, quantity }: { readonly id: string; readonly quantity: string },
  now: Date,
): CountSheet {
  const line = { quantity: sum(quantity, "0"), at: now.toISOString() };
  return { ...sheet, lines: { ...sheet.lines, [id]: line }, last: id };
}

/** As if it had not been counted. */
export function unsaid(sheet: CountSheet, id: string): CountSheet {
  const { [id]: _gone, ...lines } = sheet.lines;
  return { ...sheet, lines, last: sheet.last === id ? undefined : sheet.last };
}

/** Nothing was found of these: each that nobody counted meanwhile is counted as 0, now. */
export function noneOf(sheet: CountSheet, ids: readonly string[], now: Date): CountSheet {
  const none = ids
    .filter((id) => sheet.lines[id] === undefined)
    .map((id): [string, Line] => [id, { quantity: "0", at: now.toISOString() }]);
  return { ...sheet, lines: { ...sheet.lines, ...Object.fromEntries(none) } };
}

/** As the ledger takes it: decimals of up to five places, nothing below zero. */
export function isQuantity(text: string): boolean {
  return /^\d{1,20}(\.\d{1,5})?$/.test(text);
}

export function uncounted({ planned, lines }: CountSheet): readonly string[] {
  return planned.filter((id) => lines[id] === undefined);
}

/**
 * The batch that says it all, or as much of it as one takes: physical counts, each as of the moment it was made, so
 * that what was sold since stays sold (L1). Counts that found what the ledger says are recorded, too: that they were
 * made is worth knowing.
 */
export function requestOf(sheet: CountSheet, idempotencyKey: string): Request {
  const { locationId, lines } = sheet;
  const referenceId = sheet.referenceId.trim();
  return {
    idempotencyKey,
    ignoreUnchangedCounts: false,
    changes: first(LINES_PER_BATCH, lines).map(([catalogObjectId, { quantity, at }]) => ({
      type: "PHYSICAL_COUNT" as const,
      catalogObjectId,
      locationId,
      state: "IN_STOCK" as const,
      quantity,
      occurredAt: at,
      ...(referenceId === "" ? {} : { referenceId }),
    })),
  };
}

function first(most: number, lines: CountSheet["lines"]): readonly (readonly [string, Line])[] {
  return Object.entries(lines).slice(0, most);
}

/**
 * The sheet once the ledger has taken a batch: its lines are gone from it. A line that was counted anew meanwhile
 * says something else than the ledger was told, and stays.
 */
export function postedOf(sheet: CountSheet, { changes }: Request): CountSheet {
  const taken = new Set<string>();
  for (const change of changes) {
    const line = sheet.lines[change.catalogObjectId];
    if (line?.quantity === change.quantity && line.at === change.occurredAt)
      taken.add(change.catalogObjectId);
  }
  const { sent: _answered, ...rest } = sheet;
  return {
    ...rest,
    planned: sheet.planned.filter((id) => !taken.has(id)),
    lines: Object.fromEntries(Object.entries(sheet.lines).filter(([id]) => !taken.has(id))),
    posted: (sheet.posted ?? 0) + taken.size,
  };
}
