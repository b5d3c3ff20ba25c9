import { type Bincard, type BincardOptions, createBincard, type Fetch } from "@bincard/client";
import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { type App, createApp } from "@bincard/server";
import { onTestFinished } from "vitest";

/** A real ledger behind the real server, and clients that reach it without a network. */
export interface Stage {
  readonly app: App;
  readonly ledger: OpenLedger;
  readonly token: string;
  readonly databaseUrl: string;
  /** Straight into the app. */
  readonly fetch: Fetch;
  /** A client with the root token; repetitions wait no time unless said otherwise. */
  client(options?: Partial<BincardOptions>): Bincard;
  close(): Promise<void>;
}

export const URL_OF_APP = "http://bincard.test";
/** Repeats at once, so that tests need not wait. */
export const AT_ONCE = { baseMs: 0 };

/** A stage of its own for one test, gone after it. */
export async function openStage(): Promise<Stage> {
  const stage = await openSharedStage();
  onTestFinished(stage.close);
  return stage;
}

/** A stage for the tests of a file that leave nothing behind. */
export async function openSharedStage(): Promise<Stage> {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const ledger = openLedger({ databaseUrl: database.url });
  const app = createApp({ ledger });
  const fetch: Fetch = async (url, init) => app.fetch(new Request(url, init));
  return {
    app,
    ledger,
    token,
    databaseUrl: database.url,
    fetch,
    client: (options = {}) =>
      createBincard({ url: URL_OF_APP, token, fetch, retry: AT_ONCE, ...options }),
    async close() {
      await ledger.close();
      await database.drop();
    },
  };
}

/** A shelf of one variation at one location, to move stock on. */
export interface Shelf {
  readonly catalogObjectId: string;
  readonly locationId: string;
}

export async function makeShelf(bincard: Bincard): Promise<Shelf> {
  await bincard.catalog.upsert({
    objects: [
      { type: "ITEM", id: "TEA", name: "Tea", variations: [{ id: "TEA-100", name: "100 g" }] },
    ],
  });
  const { location } = await bincard.locations.create({ id: "SHOP", name: "Shop" });
  return { catalogObjectId: "TEA-100", locationId: location.id };
}

export const received = ({ catalogObjectId, locationId }: Shelf, quantity: string) => ({
  type: "ADJUSTMENT" as const,
  catalogObjectId,
  locationId,
  fromState: "NONE" as const,
  toState: "IN_STOCK" as const,
  quantity,
  occurredAt: new Date().toISOString(),
});

/** What is on the shelf. */
export async function onHand(bincard: Bincard, { catalogObjectId }: Shelf): Promise<string> {
  const { counts } = await bincard.counts.ofObject({ catalogObjectId });
  return counts.find(({ state }) => state === "IN_STOCK")?.quantity ?? "none";
}

/**
 * One thing that happens to a request on its way; the last one in the list happens to all later
 * ones.
 */
export type Weather = (deliver: () => Promise<Response>, init: RequestInit) => Promise<Response>;

export const fair: Weather = (deliver) => deliver();
export const lostRequest: Weather = async () => {
  throw new TypeError("fetch failed");
};
/** The server did it, and its answer never arrived. */
export const lostAnswer: Weather = async (deliver) => {
  await (await deliver()).text();
  throw new TypeError("fetch failed");
};
/** The server did it, and half of its answer arrived. */
export const cutAnswer: Weather = async (deliver) => {
  const answer = await deliver();
  const text = await answer.text();
  return new Response(text.slice(0, text.length / 2), answer);
};
/** Waits until the caller gives up. */
export const silence: Weather = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

export interface Sky {
  readonly fetch: Fetch;
  /** The bodies of every request sent, in order. */
  readonly sent: string[];
}

export function under(fetch: Fetch, ...weather: readonly [Weather, ...Weather[]]): Sky {
  const sent: string[] = [];
  return {
    sent,
    async fetch(url, init) {
      const now = weather[Math.min(sent.length, weather.length - 1)] ?? fair;
      sent.push(typeof init.body === "string" ? init.body : "");
      return now(() => fetch(url, init), init);
    },
  };
}
