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
import { Followers } from "./feed/followers.ts";
import { followFeed } from "./follow-feed.ts";
import { changesOfObject, getChange, listChanges } from "./list-changes.ts";
import { countsOfObject, listCounts } from "./list-counts.ts";
import { createLocation, getLocation, listLocations, updateLocation } from "./locations.ts";
import { checksumFeed, locateFeed, readFeed } from "./read-feed.ts";
import { type Recorder, recordChanges, replayer } from "./record-changes.ts";
import { ping } from "./store/access.ts";
import { connect, type Connections, type Pools } from "./store/connect.ts";
import { isConnectionFault, isContention, isExhaustion, unavailable } from "./store/faults.ts";
import { readVitals, type Vitals } from "./store/vitals.ts";
import type { Telemetry } from "./telemetry.ts";
import { upsertCatalog } from "./upsert-catalog.ts";
import { verify } from "./verify.ts";
import { Lanes } from "./writer/lanes.ts";

export interface OpenLedger extends Ledger {
  /** Who a bearer token stands for: UNAUTHENTICATED, TOKEN_REVOKED, TOKEN_EXPIRED. */
  authenticate(token: string): Promise<Principal>;
  /** Resolves when the database answers; UNAVAILABLE otherwise. */
  ping(): Promise<void>;
  /** How the connections to the database stand; UNAVAILABLE when it does not answer. */
  vitals(): Promise<Vitals>;
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
}

const CHANGES_PER_GROUP = 1_000;
const REMEMBERED = 100_000;

const systemClock = (): Micros => Date.now() * 1_000;

function recorderOver(pools: Pools, options: Omit<LedgerOptions, "databaseUrl">): Recorder {
  const { clock = systemClock, telemetry } = options;
  const { groupLimit = CHANGES_PER_GROUP, cacheLimit = REMEMBERED } = options;
  const replayFor = (merchantId: string) => replayer(pools.of(merchantId), merchantId);
  const lanes = new Lanes({ pools, replayFor, telemetry, groupLimit, cacheLimit });
  return { lanes, replayFor, now: clock };
}

/** The ledger over one database. Connects with the first request. */
export function openLedger({ databaseUrl, ...options }: LedgerOptions): OpenLedger {
  const { clock = systemClock, telemetry } = options;
  const pools = connect(databaseUrl);
  const authenticator = new Authenticator(pools.gate.db, clock);
  const recorder = recorderOver(pools, options);
  const followers = new Followers(pools, { now: clock, telemetry });
  const { changes, counts, feed, catalog, locations, merchants, tokens, ledger } = operations;
  const over = <Input, Output>(operation: Operation, verb: Verb<Connections, Input, Output>) =>
    guard(operation, ({ merchantId }) => pools.of(merchantId), verb);
  /** Access is the one thing that is not one merchant's. */
  const atGate = <Input, Output>(operation: Operation, verb: Verb<Gate, Input, Output>) =>
    guard(operation, () => pools.gate, verb);
  const feedOf = ({ merchantId }: Principal) => ({ sql: pools.of(merchantId).sql, telemetry });
  const recordAndTell: typeof recordChanges = async (on, principal, input) => {
    const recorded = await recordChanges(on, principal, input);
    followers.moved(principal.merchantId, recorded.position);
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
    merchants: {
      create: atGate(merchants.create, createMerchant),
      list: atGate(merchants.list, listMerchants),
    },
    tokens: {
      create: atGate(tokens.create, createToken),
      list: atGate(tokens.list, listTokens),
      revoke: atGate(tokens.revoke, async (...asked) => {
        const revoked = await revokeToken(...asked);
        authenticator.forget();
        followers.revoked({ merchantId: revoked.info.merchantId, tokenId: revoked.info.id });
        return revoked;
      }),
      current: atGate(tokens.current, currentToken),
    },
    ledger: { verify: over(ledger.verify, verify) },
    ...lifeOf({ pools, authenticator, followers }),
  };
}

interface Parts {
  readonly pools: Pools;
  readonly authenticator: Authenticator;
  readonly followers: Followers;
}

/** What a ledger does besides its operations. */
function lifeOf({ pools, authenticator, followers }: Parts): Omit<OpenLedger, keyof Ledger> {
  return {
    authenticate: (token) => reachable(() => authenticator.authenticate(token)),
    ping: () => reachable(() => ping(pools.plain)),
    vitals: () => reachable(() => readVitals(pools.plain)),
    dismissFollowers: (because) => followers.dismiss(because),
    close() {
      followers.dismiss("Bincard is stopping");
      return pools.close();
    },
  };
}

type Gate = Pools["gate"];
type Verb<On, Input, Output> = (on: On, principal: Principal, input: Input) => Promise<Output>;

/** Every verb's door within the ledger: the scope first, and a lost database as UNAVAILABLE. */
function guard<On, Input, Output>(
  operation: Operation,
  on: (principal: Principal) => On,
  verb: Verb<On, Input, Output>,
): (principal: Principal, input: Input) => Promise<Output> {
  return (principal, input) =>
    reachable(() => {
      authorize(principal, operation);
      return verb(on(principal), principal, input);
    });
}

async function reachable<Output>(work: () => Promise<Output>): Promise<Output> {
  try {
    return await work();
  } catch (error) {
    const mayPass = isConnectionFault(error) || isContention(error) || isExhaustion(error);
    throw mayPass ? unavailable(error) : error;
  }
}

async function* reachableStream<Page>(
  follow: () => AsyncIterable<Page>,
): AsyncGenerator<Page, void, undefined> {
  try {
    yield* follow();
  } catch (error) {
    const mayPass = isConnectionFault(error) || isContention(error) || isExhaustion(error);
    throw mayPass ? unavailable(error) : error;
  }
}
