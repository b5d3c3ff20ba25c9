import type { Location } from "@bincard/contracts";
import { statesOf, type StockSearch } from "./search.ts";

/** One column of the sheet: a key's location and state. */
export interface Column {
  readonly key: string;
  readonly location: Location;
  readonly state: "IN_STOCK" | "WASTE";
}

export const STATE_WORDS: Readonly<Record<Column["state"], string>> = {
  IN_STOCK: "In stock",
  WASTE: "Waste",
};

/** The states that a sheet shows, in order. Only these two can hold a count. */
export function statesShown({ show }: StockSearch): readonly Column["state"][] {
  return statesOf(show).map((state) => (state === "waste" ? "WASTE" : "IN_STOCK"));
}

/** Locations that are closed have a column when they are asked for by name. */
export function columnsOf(locations: readonly Location[], search: StockSearch): readonly Column[] {
  const chosen = search.at?.split(",");
  const states = statesShown(search);
  return locations
    .filter(({ id, status }) => chosen?.includes(id) ?? status === "ACTIVE")
    .flatMap((location) =>
      states.map((state) => ({ key: `${location.id} ${state}`, location, state })),
    );
}
