import type { Here } from "./here.ts";
import type { KeptSheet } from "./kept-sheet.ts";
import type { OpenSheet } from "./open-sheet.ts";
import type { CountSearch, SetSearch } from "./search.ts";

/** What both sides of a sheet work with. */
export interface SheetProps {
  readonly here: Here;
  readonly kept: KeptSheet;
  readonly sheet: OpenSheet;
  readonly search: CountSearch;
  readonly set: SetSearch;
}
