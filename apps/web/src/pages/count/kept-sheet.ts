import { useMemo, useSyncExternalStore } from "react";
import type { CountSheet, Line } from "./count-sheet.ts";
import { beginKept, changeKept, endKept, readKept, type SheetName } from "./count-store.ts";
import { forgetBefore, keptBefore } from "./kept-before.ts";
import { OpenSheet, type WholeSheet } from "./open-sheet.ts";
import { inParts } from "./parts.ts";
import type { Touched } from "./touched.ts";
import { keepAtOnce, LINES_AT_ONCE_MAX, settle, takeUnkept } from "./unkept-lines.ts";

/**
 * How a sheet is changed: `ids` are the lines that `how` may touch, and the only ones it is told. A change of very many
 * is made a part of them at a time, each by itself.
 */
export interface SheetChange {
  readonly ids: readonly string[];
  readonly how: (sheet: CountSheet) => CountSheet;
}

export interface KeptSheet {
  /** Another object only when another sheet takes its place; it tells of its own changes. */
  readonly sheet: OpenSheet | undefined;
  /** Until then nobody knows whether there is one. */
  readonly isRead: boolean;
  /** False when the browser keeps nothing, or is full. */
  readonly isKept: boolean;
  /**
   * Shows the change at once, and makes it where the sheet is kept, which another tab may have changed meanwhile.
   * Resolves when it is kept, to the sheet as it is then; `undefined` when there is none any more.
   */
  readonly change: (change: SheetChange) => Promise<OpenSheet | undefined>;
  /** The sheet as it is by now, whatever was drawn last. */
  readonly now: () => Pick<KeptSheet, "sheet">;
  readonly begin: (sheet: WholeSheet) => void;
  /** Throws the sheet away. */
  readonly discard: () => void;
  /** Ends it if nothing is left on it; resolves to whether it did. */
  readonly finish: () => Promise<boolean>;
}

/** What other tabs are told. */
type Told =
  | { readonly name: SheetName; readonly touched: Touched }
  | { readonly name: SheetName; readonly anew: true };

const sheets = new Map<string, Sheet>();
const tabs = new BroadcastChannel("bincard.count");
tabs.addEventListener("message", ({ data }: MessageEvent<Told>) => {
  const sheet = sheets.get(JSON.stringify(data.name));
  if ("touched" in data) sheet?.take(data.touched);
  else void sheet?.read();
});

/** A sheet as this tab shows it: what is kept, and what was typed since. */
class Sheet {
  readonly #name: SheetName;
  readonly #listeners = new Set<() => void>();
  /** What is known to be kept, of lines that are being changed: shown when all changes are through. */
  readonly #settled: Touched[] = [];
  readonly #unkept = new Set<string>();
  #pending = 0;
  #turn: Promise<boolean> | undefined;
  #shown: Pick<KeptSheet, "sheet" | "isRead" | "isKept"> = {
    sheet: undefined,
    isRead: false,
    isKept: true,
  };

  constructor(name: SheetName) {
    this.#name = name;
    void this.read();
  }

  get shown() {
    return this.#shown;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async read(): Promise<void> {
    const isKept = await this.#keep(async () => {
      const whole = (await readKept(this.#name)) ?? (await this.#takeOver());
      this.#show({ sheet: whole && new OpenSheet(whole), isRead: true });
    });
    if (!isKept && !this.#shown.isRead) {
      const whole = keptBefore(this.#name);
      this.#show({ sheet: whole && new OpenSheet(whole), isRead: true });
    }
    for (const { begunAt, lines } of await takeUnkept(this.#name))
      if (begunAt === this.#shown.sheet?.head.begunAt) void this.change(resaid(lines));
  }

  /** A sheet from when they were kept whole. */
  async #takeOver(): Promise<WholeSheet | undefined> {
    const before = keptBefore(this.#name);
    if (before === undefined) return undefined;
    const other = await beginKept(this.#name, before);
    forgetBefore(this.#name);
    return other ?? before;
  }

  async change({ ids, how }: SheetChange): Promise<OpenSheet | undefined> {
    const { sheet } = this.#shown;
    if (sheet === undefined) return undefined;
    this.#pending += 1;
    const parts = inParts(ids);
    for (const part of parts) sheet.change(part, how);
    // What somebody typed while very many are being kept is kept at once all the same.
    if (ids.length <= LINES_AT_ONCE_MAX) for (const id of ids) this.#unkept.add(id);
    keepAtOnce(this.#name, sheet, this.#unkept);
    const changes = parts.map((part) => ({ ids: part, how }));
    const isKept = await this.#inTurn(sheet, changes);
    this.#pending -= 1;
    if (this.#pending === 0 && isKept) {
      this.#unkept.clear();
      settle(this.#name);
    }
    this.#settle();
    return this.#shown.sheet;
  }

  /** Keeps it behind all changes that were made before it, of which one may take long. Whether the browser took it. */
  async #inTurn(sheet: OpenSheet, changes: readonly SheetChange[]): Promise<boolean> {
    const before = this.#turn;
    this.#turn = (async () => {
      await before;
      let isKept = true;
      for (const each of changes)
        isKept &&= await this.#keep(async () => this.#change(sheet, each));
      return isKept;
    })();
    return this.#turn;
  }

  async #change(sheet: OpenSheet, { ids, how }: SheetChange): Promise<void> {
    const { begunAt } = sheet.head;
    const touched = await changeKept(this.#name, { begunAt, ids, how });
    if (touched !== undefined) {
      this.#settled.push(touched);
      this.#tell({ name: this.#name, touched });
    } else if (this.#shown.sheet === sheet) this.#show({ sheet: undefined });
  }

  /** Another tab changed these. */
  take(touched: Touched): void {
    this.#settled.push(touched);
    this.#settle();
  }

  begin(sheet: WholeSheet): void {
    this.#show({ sheet: new OpenSheet(sheet) });
    void this.#keep(async () => {
      const other = await beginKept(this.#name, sheet);
      // Another tab was first.
      if (other !== undefined) this.#show({ sheet: new OpenSheet(other) });
      this.#tell({ name: this.#name, anew: true });
    });
  }

  async end(isEmpty: boolean): Promise<boolean> {
    let hasEnded = true;
    const isKept = await this.#keep(async () => {
      hasEnded = await endKept(this.#name, { isEmpty });
      if (hasEnded) this.#tell({ name: this.#name, anew: true });
    });
    if (isKept) await this.read();
    else {
      hasEnded = !isEmpty || (this.#shown.sheet?.counted ?? 0) === 0;
      if (hasEnded) this.#show({ sheet: undefined });
    }
    return hasEnded;
  }

  #settle(): void {
    if (this.#pending > 0) return;
    const { sheet } = this.#shown;
    for (const touched of this.#settled.splice(0))
      // What was still being kept of a sheet that was thrown away is not about the next one.
      if (touched.head.begunAt === sheet?.head.begunAt) sheet.take(touched);
  }

  #show(changed: Partial<Sheet["shown"]>): void {
    this.#shown = { ...this.#shown, ...changed };
    for (const listener of this.#listeners) listener();
  }

  #tell(told: Told): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel of this origin, no window
    tabs.postMessage(told);
  }

  /** Whether the browser took it. */
  async #keep(work: () => Promise<void>): Promise<boolean> {
    let isKept = true;
    try {
      await work();
    } catch {
      isKept = false;
    }
    if (isKept !== this.#shown.isKept) this.#show({ isKept });
    return isKept;
  }
}

/** Lines that a closed tab had shown, as it had shown them. */
function resaid(lines: readonly (readonly [string, Line | null])[]): SheetChange {
  return {
    ids: lines.map(([id]) => id),
    how(sheet) {
      const all = { ...sheet.lines };
      for (const [id, line] of lines)
        if (line === null) delete all[id];
        else all[id] = line;
      return { ...sheet, lines: all };
    },
  };
}

/** Begins to read the sheet of a location, which may take longer than whatever else its screen waits for. */
export function readAhead(merchantId: string, locationId: string): void {
  sheetOf({ merchantId, locationId });
}

function sheetOf(name: SheetName): Sheet {
  const key = JSON.stringify(name);
  const sheet = sheets.get(key) ?? new Sheet(name);
  sheets.set(key, sheet);
  return sheet;
}

/** One for each location of a merchant, in the browser: a closed tab loses nothing, and two show the same. */
export function useKeptSheet(merchantId: string, locationId: string): KeptSheet {
  const sheet = sheetOf({ merchantId, locationId });
  const shown = useSyncExternalStore(sheet.subscribe, () => sheet.shown);
  return useMemo(
    () => ({
      ...shown,
      change: async (change) => sheet.change(change),
      now: () => sheet.shown,
      begin: (begun) => sheet.begin(begun),
      discard: () => void sheet.end(false),
      finish: async () => sheet.end(true),
    }),
    [sheet, shown],
  );
}
