import type { FeedChange, FeedCount, ReplicaPlace, ReplicaStore } from "./store.ts";

export interface MemoryStore extends ReplicaStore {
  /** Undefined for a key that nothing ever moved. `state` is IN_STOCK when left out. */
  count(key: {
    readonly catalogObjectId: string;
    readonly locationId: string;
    readonly state?: string;
  }): FeedCount | undefined;
  /** In position order; empty unless the replica keeps changes. */
  readonly changes: readonly FeedChange[];
}

/** A copy that lives as long as the process. */
export function memoryStore(): MemoryStore {
  const counts = new Map<string, FeedCount>();
  const changes: FeedChange[] = [];
  let place: ReplicaPlace | undefined;
  return {
    changes,
    count: ({ catalogObjectId, locationId, state = "IN_STOCK" }) =>
      counts.get(nameOf({ catalogObjectId, locationId, state })),
    open: async () => place,
    async apply({ from, to, ...step }) {
      if ((place?.position ?? 0) !== from) return "elsewhere";
      for (const count of step.counts) {
        const name = nameOf(count);
        if ((counts.get(name)?.position ?? 0) <= count.position) counts.set(name, count);
      }
      for (const change of step.changes) changes.push(change);
      place = to;
      return "applied";
    },
    async *counts() {
      yield* counts.values();
    },
    async clear() {
      counts.clear();
      changes.length = 0;
      place = undefined;
    },
  };
}

interface Named {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: string;
}

function nameOf({ catalogObjectId, locationId, state }: Named): string {
  return `${catalogObjectId}\n${locationId}\n${state}`;
}
