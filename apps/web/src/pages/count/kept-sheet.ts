import { useCallback, useSyncExternalStore } from "react";
import type { CountSheet, Line } from "./count-sheet.ts";
import {
  beginKept,
  changeKept,
  endKept,
  readKept,
  type SheetName,
  type Touched,
} from "./count-store.ts";
import { forgetBefore, keptBefore } from "./kept-before.ts";
import { keepAtOnce, settle, takeUnkept } from "./unkept-lines.ts";

/** How a sheet is changed: `ids` are the lines that `how` may touch, and the only ones it is sure to be told. */
export interface SheetChange {
  readonly ids: readonly string[];
  readonly how: (sheet: CountSheet) => CountSheet;
}

export interface KeptSheet {
  readonly sheet: CountSheet | undefined;
  /** Until then nobody knows whether there is one. */
  readonly isRead: boolean;
  /** False when the browser keeps nothing, or is full. */
  readonly isKept: boolean;
  /**
   * Shows the change at once, and makes it where the sheet is kept, which another tab may have changed meanwhile.
   * Resolves when it is kept, to the sheet as it is then; `undefined` when there is none any more.
   */
  readonly change: (change: SheetChange) => Promise<CountSheet | undefined>;
  /** The sheet as it is by now, whatever was drawn last. */
  readonly now: () => Pick<KeptSheet, "sheet">;
  readonly begin: (sheet: CountSheet) => void;
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
      const sheet = (await readKept(this.#name)) ?? (await this.#takeOver());
      this.#show({ sheet, isRead: true });
    });
    if (!isKept && !this.#shown.isRead) this.#show({ sheet: keptBefore(this.#name), isRead: true });
    for (const { begunAt, lines } of await takeUnkept(this.#name))
      if (begunAt === this.#shown.sheet?.begunAt) void this.change(resaid(lines));
  }

  /** A sheet from when they were kept whole. */
  async #takeOver(): Promise<CountSheet | undefined> {
    const before = keptBefore(this.#name);
    if (before === undefined) return undefined;
    const sheet = await beginKept(this.#name, before);
    forgetBefore(this.#name);
    return sheet;
  }

  async change({ ids, how }: SheetChange): Promise<CountSheet | undefined> {
    const { sheet } = this.#shown;
    if (sheet === undefined) return undefined;
    this.#pending += 1;
    for (const id of ids) this.#unkept.add(id);
    const next = how(sheet);
    keepAtOnce(this.#name, next, this.#unkept);
    this.#show({ sheet: next });
    const isKept = await this.#keep(async () => {
      const touched = await changeKept(this.#name, ids, how);
      if (touched === undefined) this.#show({ sheet: undefined });
      else {
        this.#settled.push(touched);
        this.#tell({ name: this.#name, touched });
      }
    });
    this.#pending -= 1;
    if (this.#pending === 0 && isKept) {
      this.#unkept.clear();
      settle(this.#name);
    }
    this.#settle();
    return this.#shown.sheet;
  }

  /** Another tab changed these. */
  take(touched: Touched): void {
    this.#settled.push(touched);
    this.#settle();
  }

  begin(sheet: CountSheet): void {
    this.#show({ sheet });
    void this.#keep(async () => {
      const kept = await beginKept(this.#name, sheet);
      // Another tab was first.
      if (kept !== sheet) this.#show({ sheet: kept });
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
      const lines = Object.keys(this.#shown.sheet?.lines ?? {}).length;
      hasEnded = !isEmpty || lines === 0;
      if (hasEnded) this.#show({ sheet: undefined });
    }
    return hasEnded;
  }

  #settle(): void {
    if (this.#pending > 0) return;
    const { sheet } = this.#shown;
    const settled = this.#settled.splice(0);
    if (sheet === undefined || settled.length === 0) return;
    const next = settled.reduce(withTouched, sheet);
    if (next !== sheet) this.#show({ sheet: next });
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

/** The sheet with these lines as they are kept; itself when they are so already. */
function withTouched(sheet: CountSheet, { head, lines: touched, posted }: Touched): CountSheet {
  const isSame = [...touched].every(([id, line]) => {
    const shown = sheet.lines[id];
    return shown?.quantity === line?.quantity && shown?.at === line?.at;
  });
  const lines: Record<string, Line> = isSame ? sheet.lines : { ...sheet.lines };
  if (!isSame)
    for (const [id, line] of touched)
      if (line === undefined) delete lines[id];
      else lines[id] = line;
  const { planned, lines: _shown, ...headShown } = sheet;
  const gone = new Set(posted);
  const left = gone.size === 0 ? planned : planned.filter((id) => !gone.has(id));
  const isAll = isSame && left.length === planned.length;
  // Nothing is drawn anew that is shown already, and a sheet may be long.
  if (isAll && JSON.stringify(head) === JSON.stringify(headShown)) return sheet;
  return { ...head, planned: left.length === planned.length ? planned : left, lines };
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

/** One for each location of a merchant, in the browser: a closed tab loses nothing, and two show the same. */
export function useKeptSheet(merchantId: string, locationId: string): KeptSheet {
  const name = { merchantId, locationId };
  const key = JSON.stringify(name);
  const sheet = sheets.get(key) ?? new Sheet(name);
  sheets.set(key, sheet);
  const shown = useSyncExternalStore(
    sheet.subscribe,
    useCallback(() => sheet.shown, [sheet]),
  );
  return {
    ...shown,
    change: async (change) => sheet.change(change),
    now: () => sheet.shown,
    begin: (begun) => sheet.begin(begun),
    discard: () => void sheet.end(false),
    finish: async () => sheet.end(true),
  };
}
