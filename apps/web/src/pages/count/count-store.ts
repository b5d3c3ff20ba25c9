import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, openDB, unwrap } from "idb";
import type { CountSheet, Head, Line } from "./count-sheet.ts";
import type { WholeSheet } from "./open-sheet.ts";
import { type Touched, touchedBy } from "./touched.ts";

/** One sheet of a merchant's location. */
export interface SheetName {
  readonly merchantId: string;
  readonly locationId: string;
}

type Key = [merchantId: string, locationId: string];
type LineKey = [...Key, id: string];

/**
 * A plan is written once and each line by itself, so that a keystroke costs the same however long the sheet is, and
 * two tabs write beside each other.
 */
interface Kept extends DBSchema {
  heads: { key: Key; value: Head };
  plans: { key: Key; value: readonly string[] };
  lines: { key: LineKey; value: Line };
  /** Those that have left the sheet because the ledger has them: nothing more to count. */
  posted: { key: LineKey; value: true };
}

const STORES = ["heads", "plans", "lines", "posted"] as const;

let opened: Promise<IDBPDatabase<Kept>> | undefined;

async function open(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>("bincard.count", 1, {
    upgrade(database) {
      for (const store of STORES) database.createObjectStore(store);
    },
    // A console that is newer than this page wants the database; it is opened anew when it is needed.
    blocking(_current, _blocked, { target }) {
      if (target instanceof IDBDatabase) target.close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  });
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw error;
  }
}

const keyOf = ({ merchantId, locationId }: SheetName): Key => [merchantId, locationId];
/** Arrays sort after every text: this is all lines of a sheet. */
const linesOf = (name: SheetName) => IDBKeyRange.bound(keyOf(name), [...keyOf(name), []]);

/** The sheet as it is kept; `undefined` when there is none. */
export async function readKept(name: SheetName): Promise<WholeSheet | undefined> {
  const work = (await open()).transaction(STORES);
  const [head, planned = [], ids, lines, posted] = await Promise.all([
    work.objectStore("heads").get(keyOf(name)),
    work.objectStore("plans").get(keyOf(name)),
    work.objectStore("lines").getAllKeys(linesOf(name)),
    work.objectStore("lines").getAll(linesOf(name)),
    work.objectStore("posted").getAllKeys(linesOf(name)),
    work.done,
  ]);
  if (head === undefined) return undefined;
  const gone = new Set(posted.map(([, , id]) => id));
  return {
    head,
    planned: gone.size === 0 ? planned : planned.filter((id) => !gone.has(id)),
    lines: new Map(inPairs(ids, lines)),
  };
}

function* inPairs(
  keys: readonly LineKey[],
  lines: readonly Line[],
): Generator<readonly [id: string, line: Line]> {
  for (const [index, [, , id]] of keys.entries()) {
    const line = lines[index];
    if (line !== undefined) yield [id, line];
  }
}

/**
 * Keeps a sheet that begins, unless there is one already: that one is answered then, and stays; otherwise `undefined`.
 */
export async function beginKept(
  name: SheetName,
  { head, planned, lines }: WholeSheet,
): Promise<WholeSheet | undefined> {
  const work = (await open()).transaction(STORES, "readwrite");
  const heads = work.objectStore("heads");
  const isThere = (await heads.get(keyOf(name))) !== undefined;
  if (!isThere) {
    const kept = work.objectStore("lines");
    void heads.put(head, keyOf(name));
    void work.objectStore("plans").put(planned, keyOf(name));
    for (const [id, line] of lines) void kept.put(line, [...keyOf(name), id]);
  }
  await work.done;
  return isThere ? readKept(name) : undefined;
}

interface KeptChange {
  /** Which sheet it is meant for: another one may have been begun meanwhile. */
  readonly begunAt: string;
  readonly ids: readonly string[];
  readonly how: (sheet: CountSheet) => CountSheet;
}

/**
 * Changes these lines of the sheet as it is kept, whatever another tab made of them meanwhile: `how` is told a sheet of
 * them alone, with all of them planned. Resolves when it is kept; to `undefined` when the sheet is no more.
 */
export async function changeKept(
  name: SheetName,
  { begunAt, ids, how }: KeptChange,
): Promise<Touched | undefined> {
  const work = (await open()).transaction(STORES, "readwrite");
  const [heads, lines] = [work.objectStore("heads"), work.objectStore("lines")];
  const posted = work.objectStore("posted");
  const [before, old] = await Promise.all([heads.get(keyOf(name)), linesIn(lines, name, ids)]);
  if (before?.begunAt !== begunAt) return undefined;
  const touched = touchedBy({ ...before, planned: ids, lines: old }, how);
  void heads.put(touched.head, keyOf(name));
  // Thousands of promises would cost more than what they promise; the transaction tells whether all of it is kept.
  const [plainLines, plainPosted] = [unwrap(lines), unwrap(posted)];
  for (const [id, line] of touched.lines) {
    if (line === old[id]) continue;
    if (line === undefined) plainLines.delete([...keyOf(name), id]);
    else plainLines.put(line, [...keyOf(name), id]);
  }
  for (const id of touched.posted) plainPosted.put(true, [...keyOf(name), id]);
  work.commit();
  await work.done;
  return touched;
}

/** Asked one by one, more of them than this cost more than all that are kept between the first and the last. */
const ASKED_MAX = 200;

async function linesIn(
  lines: IDBPObjectStore<Kept, typeof STORES, "lines", "readwrite">,
  name: SheetName,
  ids: readonly string[],
): Promise<Readonly<Record<string, Line>>> {
  const found: Record<string, Line> = {};
  if (ids.length <= ASKED_MAX) {
    const each = await Promise.all(ids.map(async (id) => lines.get([...keyOf(name), id])));
    for (const [index, id] of ids.entries()) {
      const line = each[index];
      if (line !== undefined) found[id] = line;
    }
    return found;
  }
  const wanted = new Set(ids);
  const sorted = ids.toSorted();
  const range = IDBKeyRange.bound(
    [...keyOf(name), sorted[0] ?? ""],
    [...keyOf(name), sorted.at(-1) ?? ""],
  );
  const [keys, all] = await Promise.all([lines.getAllKeys(range), lines.getAll(range)]);
  for (const [id, line] of inPairs(keys, all)) if (wanted.has(id)) found[id] = line;
  return found;
}

/** Ends the sheet; with `isEmpty` only when nothing is left on it, also of what another tab counted. Whether it did. */
export async function endKept(name: SheetName, { isEmpty }: { readonly isEmpty: boolean }) {
  const work = (await open()).transaction(STORES, "readwrite");
  const left = isEmpty ? await work.objectStore("lines").count(linesOf(name)) : 0;
  if (left === 0) {
    void work.objectStore("heads").delete(keyOf(name));
    void work.objectStore("plans").delete(keyOf(name));
    void work.objectStore("lines").delete(linesOf(name));
    void work.objectStore("posted").delete(linesOf(name));
  }
  await work.done;
  return left === 0;
}
