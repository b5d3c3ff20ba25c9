import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Catalog } from "../../ledger/catalog-index.ts";
import { counts } from "../../ledger/counts.ts";
import type { Variation } from "../../ledger/variation.ts";
import type { Column } from "./columns.ts";
import { found, isWanted, sorted } from "./rows.ts";
import { type StockSearch, USUAL_LOW } from "./search.ts";

export interface Rows {
  readonly rows: readonly Variation[];
  /** How many a filter by quantity has not looked at yet. */
  readonly unread: number;
}

/** What the filters leave. A filter by quantity has to look at everything, and shows what it found so far. */
export function useRows(
  catalog: Catalog,
  columns: readonly Column[],
  { q = "", sort, only, low = USUAL_LOW }: StockSearch,
): Rows {
  const matching = useMemo(
    () => sorted(found(catalog.variations, q), sort),
    [catalog.variations, q, sort],
  );
  const isByQuantity = only !== undefined;
  useEffect(() => {
    if (isByQuantity) counts.wantAll(matching.map(({ id }) => id));
  }, [isByQuantity, matching]);
  const version = useSyncExternalStore(
    useCallback(
      (listener) => (isByQuantity ? counts.subscribe(slowly(listener)) : () => undefined),
      [isByQuantity],
    ),
    () => (isByQuantity ? counts.version : -1),
  );
  return useMemo(() => {
    if (version === -1) return { rows: matching, unread: 0 };
    const rows = matching.filter(({ id }) => isWanted(only ?? "all", low, stockOf(id, columns)));
    return { rows, unread: matching.filter(({ id }) => !counts.knows(id)).length };
  }, [matching, columns, only, low, version]);
}

function stockOf(catalogObjectId: string, columns: readonly Column[]): readonly string[] {
  return columns
    .filter(({ state }) => state === "IN_STOCK")
    .flatMap(({ location, state }) => {
      const { quantity } = counts.shown({ catalogObjectId, locationId: location.id, state });
      return quantity === undefined ? [] : [quantity];
    });
}

/** At most four times a second: a long list is not looked through at every sale. */
function slowly(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, 250);
  };
}
