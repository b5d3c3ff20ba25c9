import { isBincardError, makeIdempotencyKey } from "@bincard/client";
import { useEffect, useRef, useState } from "react";
import { say } from "../../components/toasts.tsx";
import { failuresOf } from "../../failures.tsx";
import { bincard } from "../../ledger/client.ts";
import { isOpen } from "../../ledger/report-deed.ts";
import { postedOf, type Request, requestOf } from "./count-sheet.ts";
import type { SheetProps } from "./sheet-props.ts";

export interface Posting {
  /** Resolves to whether all of it is in the ledger. */
  readonly post: () => Promise<boolean>;
  readonly isBusy: boolean;
  readonly error: unknown;
  /** The ledger's words about single lines, by their ids. */
  readonly faults: ReadonlyMap<string, string>;
}

/**
 * Posts a sheet: as one batch, or as one after another where it has more lines than a batch takes. Each request is
 * kept before it leaves and its lines leave the sheet when it is answered, so that whatever becomes of the tab, what
 * is left is sent, and counts once (L6). A batch is taken whole or not at all (L5); those before it stand.
 */
export function usePosting({ kept }: Pick<SheetProps, "kept">): Posting {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [faults, setFaults] = useState<ReadonlyMap<string, string>>(new Map());
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  const postNext = async (): Promise<boolean> => {
    const { sheet } = kept.now();
    if (sheet === undefined) return true;
    const next = sheet.head.sent ?? requestOf(sheet.firstBatch(), makeIdempotencyKey());
    // It is kept before it leaves. Another tab may have sent one: that is seen through first.
    const now = await kept.change({
      ids: [],
      how: (before) => ({ ...before, sent: before.sent ?? next }),
    });
    const request = now?.head.sent;
    if (request === undefined) return true;
    try {
      const { position } = await bincard.changes.create(request);
      const ids = request.changes.map(({ catalogObjectId }) => catalogObjectId);
      const left = await kept.change({ ids, how: (before) => postedOf(before, request) });
      if (left !== undefined && left.counted > 0) return false;
      if (left !== undefined && !(await kept.finish())) return false;
      sayPosted(left?.head.posted ?? request.changes.length, position);
      return true;
    } catch (thrown) {
      // A refusal is the key's answer for ever: what is mended goes under another one.
      if (!isOpen(thrown) && !(isBincardError(thrown) && thrown.retryable))
        await kept.change({ ids: [], how: ({ sent: _refused, ...before }) => before });
      setFaults(faultsOf(thrown, request));
      throw thrown;
    }
  };
  const post = async (): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    setFaults(new Map());
    try {
      // Whoever leaves the screen finds the rest on it again.
      while (!isGone.current) if (await postNext()) return true;
      return false;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { post, isBusy, error, faults };
}

function sayPosted(lines: number, position: number): void {
  say({
    title: `Posted ${lines.toLocaleString()} ${lines === 1 ? "count" : "counts"}`,
    description: `The ledger stands at position ${position.toLocaleString()}.`,
  });
}

function faultsOf(error: unknown, { changes }: Request): ReadonlyMap<string, string> {
  const faults = new Map<string, string>();
  for (const { path, message } of failuresOf(error)) {
    const [room, index] = path;
    const change = room === "changes" && typeof index === "number" ? changes[index] : undefined;
    if (change !== undefined) faults.set(change.catalogObjectId, message);
  }
  return faults;
}
