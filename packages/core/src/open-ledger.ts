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
import { changesOfObject, getChange, listChanges } from "./list-changes.ts";
import { countsOfObject, listCounts } from "./list-counts.ts";
import { createLocation, getLocation, listLocations, updateLocation } from "./locations.ts";
import { recordChanges, replayer } from "./record-changes.ts";
import { ping } from "./store/access.ts";
import { connect, type Connections } from "./store/connect.ts";
import { isConnectionFault, isContention, unavailable } from "./store/faults.ts";
import { upsertCatalog } from "./upsert-catalog.ts";
import { verify } from "./verify.ts";
import { Lanes } from "./writer/lanes.ts";

export interface OpenLedger extends Ledger {
  /** Who a bearer token stands for: UNAUTHENTICATED, TOKEN_REVOKED, TOKEN_EXPIRED. */
  authenticate(token: string): Promise<Principal>;
  /** Resolves when the database answers; UNAVAILABLE otherwise. */
  ping(): Promise<void>;
  /** Ends every connection; what is in flight has five seconds. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** A database that `migrate` has brought up to date. */
  readonly databaseUrl: string;
  /** What `occurredAt` and expiries are judged by; receipt times are the database's. */
  readonly clock?: () => Micros;
}

const systemClock = (): Micros => Date.now() * 1_000;

/** The ledger over one database. Connects with the first request. */
export function openLedger({ databaseUrl, clock = systemClock }: LedgerOptions): OpenLedger {
  const connections = connect(databaseUrl);
  const authenticator = new Authenticator(connections, clock);
  const replayFor = (merchantId: string) => replayer(connections, merchantId);
  const recorder = {
    lanes: new Lanes({ read: connections.sql, write: connections.writer }, replayFor),
    replayFor,
    now: clock,
  };
  const { changes, counts, catalog, locations, merchants, tokens, ledger } = operations;
  const over = <Input, Output>(operation: Operation, verb: Verb<Connections, Input, Output>) =>
    guard(operation, connections, verb);
  return {
    changes: {
      create: guard(changes.create, recorder, recordChanges),
      list: over(changes.list, listChanges),
      get: over(changes.get, getChange),
      ofObject: over(changes.ofObject, changesOfObject),
    },
    counts: {
      list: over(counts.list, listCounts),
      ofObject: over(counts.ofObject, countsOfObject),
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
      create: over(merchants.create, createMerchant),
      list: over(merchants.list, listMerchants),
    },
    tokens: {
      create: over(tokens.create, createToken),
      list: over(tokens.list, listTokens),
      revoke: guard(tokens.revoke, connections, async (...asked) => {
        const revoked = await revokeToken(...asked);
        authenticator.forget();
        return revoked;
      }),
      current: over(tokens.current, currentToken),
    },
    ledger: { verify: over(ledger.verify, verify) },
    authenticate: (token) => reachable(() => authenticator.authenticate(token)),
    ping: () => reachable(() => ping(connections.db)),
    close: () => connections.close(),
  };
}

type Verb<On, Input, Output> = (on: On, principal: Principal, input: Input) => Promise<Output>;

/** Every verb's door within the ledger: the scope first, and a lost database as UNAVAILABLE. */
function guard<On, Input, Output>(
  operation: Operation,
  on: On,
  verb: Verb<On, Input, Output>,
): (principal: Principal, input: Input) => Promise<Output> {
  return (principal, input) =>
    reachable(() => {
      authorize(principal, operation);
      return verb(on, principal, input);
    });
}

async function reachable<Output>(work: () => Promise<Output>): Promise<Output> {
  try {
    return await work();
  } catch (error) {
    throw isConnectionFault(error) || isContention(error) ? unavailable() : error;
  }
}
