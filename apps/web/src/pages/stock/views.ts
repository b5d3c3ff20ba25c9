import { readStockSearch, type StockSearch } from "./search.ts";

/** A name for what stands in the URL. */
export interface View {
  readonly name: string;
  readonly search: StockSearch;
}

/** The part of a browser's storage that keeps views; they stay in this browser. */
export type Keeping = Pick<Storage, "getItem" | "setItem">;

const keyOf = (merchantId: string) => `bincard.views.${merchantId}`;

/** Whatever is kept is read with the same care as a URL. */
export function readViews(keeping: Keeping, merchantId: string): readonly View[] {
  try {
    const kept: unknown = JSON.parse(keeping.getItem(keyOf(merchantId)) ?? "[]");
    return (Array.isArray(kept) ? kept : []).flatMap((view: unknown): View[] => {
      const name: unknown = Object(view)["name"];
      if (typeof name !== "string" || name === "") return [];
      const search: unknown = Object(view)["search"];
      const fields = typeof search === "object" && search !== null ? Object.entries(search) : [];
      return [{ name, search: readStockSearch(Object.fromEntries(fields)) }];
    });
  } catch {
    return [];
  }
}

/** A view of the same name takes the other's place. */
export function keepView(keeping: Keeping, merchantId: string, view: View): readonly View[] {
  const others = readViews(keeping, merchantId).filter(({ name }) => name !== view.name);
  return keep(keeping, merchantId, [...others, view]);
}

export function dropView(keeping: Keeping, merchantId: string, dropped: string): readonly View[] {
  const others = readViews(keeping, merchantId).filter(({ name }) => name !== dropped);
  return keep(keeping, merchantId, others);
}

function keep(keeping: Keeping, merchantId: string, views: readonly View[]): readonly View[] {
  keeping.setItem(keyOf(merchantId), JSON.stringify(views));
  return views;
}
