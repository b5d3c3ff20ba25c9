import {
  type Collection,
  type CollectionConfig,
  createOptimisticAction,
  type SyncConfig,
  type Transaction,
} from "@tanstack/db";
import { type Adjust, adjusted, changeOf, differencesOf } from "./adjustment.ts";
import type { Bincard } from "./client.ts";
import type { OutputOf, RowOf } from "./operations.ts";
import { Reached, type WaitOptions } from "./reached.ts";

export type { Adjust } from "./adjustment.ts";

/** A row: the quantity of one key now. */
export type CountRow = RowOf<"counts.list">;

export interface CountsUtils extends Record<string, unknown> {
  /** Resolves once the collection shows everything up to this position. */
  readonly waitFor: (position: number, options?: WaitOptions) => Promise<void>;
}
export type CountsCollection = Collection<CountRow, string, CountsUtils>;

type Key = Pick<CountRow, "catalogObjectId" | "locationId" | "state">;

/** The key of a row in the collection. */
export function countKey({ catalogObjectId, locationId, state }: Key): string {
  return `${catalogObjectId} ${locationId} ${state}`;
}

type Config = CollectionConfig<CountRow, string, never, CountsUtils>;

/**
 * Options of a `@tanstack/db` collection that shows every count and stays in step. It begins with a place of
 * the feed, then lists the counts, then follows from that place: what moves during the listing is told again,
 * so nothing is missed, and history need not be read.
 */
export function countsCollection({ client, id }: { client: Bincard; id?: string }): Config & {
  readonly utils: CountsUtils;
} {
  const reached = new Reached();
  return {
    ...(id === undefined ? {} : { id }),
    getKey: countKey,
    sync: {
      sync(showing) {
        const leaving = new AbortController();
        const { signal } = leaving;
        follow(client, { showing, reached, signal }).catch((error: unknown) => {
          if (!signal.aborted) showing.markError(error);
        });
        return () => leaving.abort();
      },
    },
    utils: { waitFor: (position, options) => reached.waitFor(position, options) },
  };
}

interface Following {
  readonly showing: Parameters<SyncConfig<CountRow, string>["sync"]>[0];
  readonly reached: Reached;
  readonly signal: AbortSignal;
}

async function follow(client: Bincard, { showing, reached, signal }: Following): Promise<void> {
  const shown = new Set<string>();
  const show = async (rows: readonly CountRow[]) => {
    showing.begin();
    for (const value of rows) {
      const key = countKey(value);
      showing.write({ type: shown.has(key) ? "update" : "insert", value });
      shown.add(key);
    }
    const receipt = showing.commit();
    if (receipt !== true) await receipt;
  };
  const start = await client.feed.locate({}, { signal });
  for await (const { counts } of client.counts.list.pages({ limit: 1_000 }, { signal }))
    await show(counts);
  reached.report(start.position);
  showing.markReady();
  for await (const page of client.feed.follow({ after: start.cursor }, { signal })) {
    // Not awaited: what is shown may have to wait for the very write that waits for this position.
    void show(page.counts);
    reached.report(page.position);
  }
}

/**
 * An adjustment that shows at once and is taken back when the ledger refuses it. Its transaction has persisted
 * once the collection shows what the ledger says, so that nothing flickers.
 */
export function adjustAction({
  client,
  collection,
}: {
  readonly client: Bincard;
  readonly collection: CountsCollection;
}): (adjust: Adjust) => Transaction {
  return createOptimisticAction<Adjust>({
    onMutate(adjust) {
      for (const difference of differencesOf(adjust)) {
        const key = countKey({ ...adjust, state: difference.state });
        // A key without a count has no row to change: its first one comes with the answer.
        if (!collection.has(key)) continue;
        collection.update(key, (row) => {
          row.quantity = adjusted(row.quantity, difference);
        });
      }
    },
    async mutationFn(adjust): Promise<OutputOf<"changes.create">> {
      const answer = await client.changes.create({ changes: [changeOf(adjust)] });
      await collection.utils.waitFor(answer.position);
      return answer;
    },
  });
}
