import type { Location } from "@bincard/contracts";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { bincard } from "./client.ts";

/** Every location of the merchant, oldest first. */
export const locationsOptions = queryOptions({
  queryKey: ["every location"],
  async queryFn({ signal }): Promise<readonly Location[]> {
    const all: Location[] = [];
    for await (const location of bincard.locations.list.each({ limit: 1_000 }, { signal }))
      all.push(location);
    return all;
  },
});

const NONE: readonly Location[] = [];

export function useLocations() {
  const { data, error, refetch } = useQuery(locationsOptions);
  return { locations: data ?? NONE, isKnown: data !== undefined, error, refetch };
}
