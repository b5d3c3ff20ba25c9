import { type Verb, VERBS } from "../../ledger/verbs.ts";

export type Only = "all" | "low" | "negative";

/** What stands in the URL of the stock sheet. Whatever is left out is as usual. */
export interface StockSearch {
  /** Words that an item's name, SKU or barcode has. */
  readonly q?: string;
  /** Location ids, with commas between; all of them when left out. */
  readonly at?: string;
  /** "stock", "waste" or "stock,waste". */
  readonly show?: string;
  readonly only?: Exclude<Only, "all">;
  /** What counts as low. */
  readonly low?: string;
  readonly sort?: "-name" | "sku" | "-sku";
  /** A form that is open, and what it is about. */
  readonly do?: Verb;
  readonly item?: string;
  readonly place?: string;
}

/** Low is this much or less, where nothing else is said. */
export const USUAL_LOW = "2";

/** Takes anything, and keeps what makes sense. */
export function readStockSearch(given: Readonly<Record<string, unknown>>): StockSearch {
  const text = (name: string): string | undefined => {
    const value = given[name];
    if (typeof value === "number") return String(value);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [q, at, low, item, place] = [
    text("q"),
    text("at"),
    text("low"),
    text("item"),
    text("place"),
  ];
  const show = ["waste", "stock,waste"].find((choice) => choice === given["show"]);
  const only = (["low", "negative"] as const).find((choice) => choice === given["only"]);
  const sort = (["-name", "sku", "-sku"] as const).find((choice) => choice === given["sort"]);
  const verb = VERBS.find((choice) => choice === given["do"]);
  return {
    ...(q === undefined ? {} : { q }),
    ...(at === undefined ? {} : { at }),
    ...(show === undefined ? {} : { show }),
    ...(only === undefined ? {} : { only }),
    ...(low !== undefined && /^\d{1,9}(\.\d{1,5})?$/.test(low) && low !== USUAL_LOW ? { low } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(verb === undefined ? {} : { do: verb }),
    ...(item === undefined ? {} : { item }),
    ...(place === undefined ? {} : { place }),
  };
}

/** The states that are shown, in the URL's words. */
export function statesOf(show: string | undefined): readonly ("stock" | "waste")[] {
  if (show === "waste") return ["waste"];
  return show === "stock,waste" ? ["stock", "waste"] : ["stock"];
}
