import {
  authorize,
  type Ledger,
  type Micros,
  type Operation,
  operations,
  type Principal,
} from "@bincard/contracts";
import {
  createMerchant,
  createToken,
  currentToken,
  listMerchants,
  listTokens,
  revokeToken,
} from "./access.ts";
import { Authenticator } from "./authenticate.ts";
import { deleteCatalog, getCatalog, listCatalog } from "./catalog.ts";
import { type ConsoleSessions, SessionKeeper } from "./console-sessions.ts";
import { Followers } from "./feed/followers.ts";
import { followFeed } from "./follow-feed.ts";
import { guard, reachable, reachableStream, type Verb } from "./guard.ts";
import { changesOfObject, getChange, listChanges } from "./list-changes.ts";
import { countsOfObject, listCounts } from "./list-counts.ts";
import { createLocation, getLocation, listLocations, updateLocation } from "./locations.ts";
import { checksumFeed, locateFeed, readFeed } from "./read-feed.ts";
import { type Recorder, recordChanges, replayer } from "./record-changes.ts";
import { snapshotFeed } from "./snapshot-feed.ts";
import { ping } from "./store/access.ts";
import { connect, type Connections, type Pools } from "./store/connect.ts";
import { readVitals, type Vitals } from "./store/vitals.ts";
import { readWebhookVitals, type WebhookVitals } from "./store/webhook-work.ts";
import type { Telemetry } from "./telemetry.ts";
import { upsertCatalog } from "./upsert-catalog.ts";
import { verify } from "./verify.ts";
import { Desk, type WebhookSettings } from "./webhooks/desk.ts";
import { Dispatcher } from "./webhooks/dispatcher.ts";
import { webhooksRoom } from "./webhooks/room.ts";
import { Lanes } from "./writer/lanes.ts";

export interface OpenLedger extends Ledger {
  /** Who a bearer token stands for: UNAUTHENTICATED, TOKEN_REVOKED, TOKEN_EXPIRED. */
  authenticate(token: string): Promise<Principal>;
  /** Who is signed in at the console. */
  readonly sessions: ConsoleSessions;
  /** Resolves when the database answers; UNAVAILABLE otherwise. */
  ping(): Promise<void>;
  /** How the connections to the database stand; UNAVAILABLE when it does not answer. */
  vitals(): Promise<Vitals>;
  /** Begins to send webhooks; without settings for them, nothing. */
  startWebhooks(): void;
  /** Sends no more; what is on its way has this long to arrive, and is sent again later when it does not. */
  stopWebhooks(graceMs: number): Promise<void>;
  /** How deliveries stand; UNAVAILABLE when the database does not answer. */
  webhookVitals(): Promise<WebhookVitals>;
  /** Ends every `feed.follow` with UNAVAILABLE and takes no more; everything else goes on. */
  dismissFollowers(because: string): void;
  /** Ends every connection; what is in flight has five seconds. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** A database that `migrate` has brought up to date. */
  readonly databaseUrl: string;
  /** What `occurredAt` and expiries are judged by; receipt times are the database's. */
  readonly clock?: () => Micros;
  /** Told what the writer does while it does it; nobody when left out. */
  readonly telemetry?: Telemetry;
  /** Changes that go in with one statement; a request with more goes by itself. */
  readonly groupLimit?: number;
  /** Counts, catalog objects and locations that the writer remembers, about; 0 to read them each time. */
  readonly cacheLimit?: number;
  /** Left out, there are no webhooks: NOT_CONFIGURED. */
  readonly webhooks?: WebhookSettings;
}

const CHANGES_PER_GROUP = 1_000;
const REMEMBERED = 100_000;

const systemClock = (): Micros => Date.now() * 1_000;

function recorderOver(pools: Pools, options: Omit<LedgerOptions, "databaseUrl">): Recorder {
  const { clock = systemClock, telemetry } = options;
  const { groupLimit = CHANGES_PER_GROUP, cacheLimit = REMEMBERED } = options;
  const replayFor = (merchantId: string) => replayer(pools.of(merchantId), merchantId);
  const lanes = new Lanes({ pools, replayFor, telemetry, groupLimit, cacheLimit });
  return { lanes, now: clock };
}

/** The ledger over one database. Connects with the first request. */
export function openLedger({ databaseUrl, ...options }: LedgerOptions): OpenLedger {
  const { clock = systemClock, telemetry } = options;
  const pools = connect(databaseUrl);
  const authenticator = new Authenticator(pools.gate.db, clock);
  const sessions = new SessionKeeper(pools, clock);
  const recorder = recorderOver(pools, options);
  const followers = new Followers(pools, { now: clock, telemetry });
  const desk = new Desk(options.webhooks);
  const dispatcher =
    options.webhooks === undefined ? undefined : new Dispatcher(pools, desk.configured());
  const { changes, counts, feed, catalog, locations, ledger } = operations;
  const over = <Input, Output>(operation: Operation, verb: Verb<Connections, Input, Output>) =>
    guard(operation, ({ merchantId }) => pools.of(merchantId), verb);
  const feedOf = ({ merchantId }: Principal) => ({ sql: pools.of(merchantId).sql, telemetry });
  const recordAndTell: typeof recordChanges = async (on, principal, input) => {
    const recorded = await recordChanges(on, principal, input);
    if (!recorded.replayed) followers.recorded(principal.merchantId, recorded);
    dispatcher?.moved(principal.merchantId);
    return recorded;
  };
  return {
    changes: {
      create: guard(changes.create, () => recorder, recordAndTell),
      list: over(changes.list, listChanges),
      get: over(changes.get, getChange),
      ofObject: over(changes.ofObject, changesOfObject),
    },
    counts: {
      list: over(counts.list, listCounts),
      ofObject: over(counts.ofObject, countsOfObject),
    },
    feed: {
      read: guard(feed.read, feedOf, readFeed),
      follow: (principal, input, signal) =>
        reachableStream(() => {
          authorize(principal, feed.follow);
          return followFeed(followers, principal, { ...input, signal });
        }),
      locate: over(feed.locate, locateFeed),
      snapshot: over(feed.snapshot, snapshotFeed),
      checksum: over(feed.checksum, checksumFeed),
    },
    catalog: {
      upsert: over(catalog.upsert, upsertCatalog),
      get: over(catalog.get, getCatalog),
      list: over(catalog.list, listCatalog),
      delete: over(catalog.delete, deleteCatalog),
    },
    locations: {
      create: over(locations.create, createLocation),
      get: over(locations.get, getLocation),
      list: over(locations.list, listLocations),
      update: over(locations.update, updateLocation),
    },
    ...accessRooms({ pools, authenticator, sessions, followers, clock }),
    ledger: { verify: over(ledger.verify, verify) },
    webhooks: webhooksRoom({ pools, desk, dispatcher }),
    ...lifeOf({ pools, authenticator, sessions, followers, dispatcher }),
  };
}

/** Access is the one thing that is not one merchant's. */
function accessRooms({
  pools,
  authenticator,
  sessions,
  followers,
  clock,
}: Omit<Parts, "dispatcher"> & { readonly clock: () => Micros }): Pick<
  Ledger,
  "merchants" | "tokens"
> {
  const { merchants, tokens } = operations;
  const atGate = <Input, Output>(operation: Operation, verb: Verb<Gate, Input, Output>) =>
    guard(operation, () => pools.gate, verb);
  return {
    merchants: {
      create: atGate(merchants.create, createMerchant),
      list: atGate(merchants.list, listMerchants),
    },
    tokens: {
      create: guard(tokens.create, () => ({ gate: pools.gate, now: clock }), createToken),
      list: atGate(tokens.list, listTokens),
      revoke: atGate(tokens.revoke, async (...asked) => {
        const revoked = await revokeToken(...asked);
        authenticator.forget();
        sessions.forget();
        followers.revoked({ merchantId: revoked.info.merchantId, tokenId: revoked.info.id });
        return revoked;
      }),
      current: atGate(tokens.current, currentToken),
    },
  };
}

interface Parts {
  readonly pools: Pools;
  readonly authenticator: Authenticator;
  readonly sessions: SessionKeeper;
  readonly followers: Followers;
  readonly dispatcher: Dispatcher | undefined;
}

/** What a ledger does besides its operations. */
function lifeOf({
  pools,
  authenticator,
  sessions,
  followers,
  dispatcher,
}: Parts): Omit<OpenLedger, keyof Ledger> {
  return {
    authenticate: (token) => reachable(() => authenticator.authenticate(token)),
    sessions: {
      open: (principal) => reachable(() => sessions.open(principal)),
      authenticate: (secret) => reachable(() => sessions.authenticate(secret)),
      end: (secret) => reachable(() => sessions.end(secret)),
      makeCode: (principal) => reachable(() => sessions.makeCode(principal)),
      redeem: (code) => reachable(() => sessions.redeem(code)),
    },
    ping: () => reachable(() => ping(pools.plain)),
    vitals: () => reachable(() => readVitals(pools.plain)),
    startWebhooks: () => dispatcher?.start(),
    stopWebhooks: async (graceMs) => dispatcher?.stop(graceMs),
    webhookVitals: () => reachable(() => readWebhookVitals(pools.gate.sql)),
    dismissFollowers: (because) => followers.dismiss(because),
    async close() {
      followers.dismiss("Bincard is stopping");
      await dispatcher?.stop(0);
      await pools.close();
    },
  };
}

type Gate = Pools["gate"];
