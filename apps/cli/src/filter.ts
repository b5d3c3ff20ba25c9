import type { Bincard } from "@bincard/client";
import { variationId } from "./named-item.ts";
import { askedLocationIds } from "./named-location.ts";
import { stateOf } from "./state-word.ts";

/** The filters that counts and changes share, as people write them. */
export interface WrittenFilter {
  readonly item: string | undefined;
  readonly location?: readonly string[];
  readonly state?: readonly string[];
  readonly updatedAfter?: string;
}

/** The same as the ledger takes them: ids for names. */
export async function filterOf(client: Bincard, written: WrittenFilter) {
  const { item, location = [], state = [], updatedAfter } = written;
  return {
    // What is deleted keeps its counts and its changes.
    ...(item !== undefined && {
      catalogObjectIds: [await variationId(client, item, { includeDeleted: true })],
    }),
    ...(location.length > 0 && { locationIds: await askedLocationIds(client, location) }),
    ...(state.length > 0 && { states: state.flatMap((words) => words.split(",")).map(stateOf) }),
    ...(updatedAfter !== undefined && { updatedAfter }),
  };
}
