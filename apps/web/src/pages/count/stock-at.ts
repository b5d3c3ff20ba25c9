import { queryOptions } from "@tanstack/react-query";
import { bincard } from "../../ledger/client.ts";

/** What is in stock at a location, by variation: all that was ever counted or moved there. */
export function stockOptions(locationId: string) {
  return queryOptions({
    queryKey: ["stock at", locationId],
    async queryFn({ signal }): Promise<ReadonlyMap<string, string>> {
      const held = new Map<string, string>();
      const filter = {
        locationIds: [locationId],
        states: ["IN_STOCK" as const],
        limit: 1_000,
      };
      for await (const { catalogObjectId, quantity } of bincard.counts.list.each(filter, {
        signal,
      }))
        held.set(catalogObjectId, quantity);
      return held;
    },
  });
}
