import type { Router } from "@bincard/api";
import type { TRPCClient } from "@trpc/client";
import { type Caller, type CallOptions, make, type Retrying } from "./call.ts";
import { type Follow, followOf } from "./follow.ts";
import { makeIdempotencyKey } from "./idempotency.ts";
import { type Arguments, type Listing, listingOf } from "./listing.ts";
import type {
  InputOf,
  KeyedName,
  ListingName,
  MutationName,
  OperationName,
  OutputOf,
  QueryName,
  RowsField,
  SubscriptionName,
} from "./operations.ts";
import { Reached, type WaitOptions } from "./reached.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";
import { type Address, openTransport } from "./transport.ts";

export interface BincardOptions extends Address {
  /** A whole call, repetitions and waits included, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** How calls are repeated. Only queries and calls under a key are. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly onRetry?: ((retrying: Retrying) => void) | undefined;
}

/** A call without a key. */
export type Method<Name extends OperationName> = (
  ...given: Arguments<InputOf<Name>>
) => Promise<OutputOf<Name>>;

/** What a keyed call takes: its key may be left out, and is then made before the first attempt. */
export type KeyedInput<Name extends KeyedName> = Omit<InputOf<Name>, "idempotencyKey"> & {
  readonly idempotencyKey?: string | undefined;
};
/**
 * A call under an idempotency key: one effect, however often it is sent (L6). The answer names the
 * key.
 */
export type KeyedMethod<Name extends KeyedName> = (
  input: KeyedInput<Name>,
  options?: CallOptions,
) => Promise<OutputOf<Name>>;

type MethodOf<Name extends OperationName> = Name extends ListingName
  ? Listing<Name>
  : Name extends SubscriptionName
    ? Follow
    : Name extends KeyedName
      ? KeyedMethod<Name>
      : Method<Name>;

/** Every operation of the API, by room and verb. */
export type Rooms = {
  readonly [Room in keyof Router["_def"]["record"]]: {
    readonly [
      Verb in keyof Router["_def"]["record"][Room]
    ]: `${Room}.${Verb & string}` extends infer Name extends OperationName ? MethodOf<Name> : never;
  };
};

export interface Bincard extends Rooms {
  /** tRPC's own typed proxy: no keys made, nothing repeated, tRPC's errors. */
  readonly trpc: TRPCClient<Router>;
  /**
   * Resolves once a `feed.follow` of this client has dealt with everything up to this position, such as
   * `changes.create` answers. A replica has a `waitFor` of its own. Other mutations have no position: they write
   * no change, and the feed tells of nothing else.
   */
  waitFor(position: number, options?: WaitOptions): Promise<void>;
}

/**
 * A client of one server for one token. It holds no connection and needs no closing.
 * @throws TypeError for a `url` that is not http or https, or a `token` with what no token has, such as a line break.
 */
export function createBincard(options: BincardOptions): Bincard {
  const transport = openTransport(options);
  const caller: Caller = {
    transport,
    policy: { ...DEFAULT_RETRY, ...options.retry },
    timeoutMs: options.timeoutMs ?? 60_000,
    onRetry: options.onRetry,
  };
  const { query, mutation, keyed, listing } = methodsOf(caller);
  const reached = new Reached();
  return {
    trpc: transport.trpc,
    waitFor: (position, waiting) => reached.waitFor(position, waiting),
    changes: {
      create: keyed("changes.create"),
      list: listing("changes.list", "changes"),
      get: query("changes.get"),
      ofObject: listing("changes.ofObject", "changes"),
    },
    counts: {
      list: listing("counts.list", "counts"),
      ofObject: listing("counts.ofObject", "counts"),
    },
    feed: {
      read: query("feed.read"),
      follow: followOf(caller, reached),
      locate: query("feed.locate"),
      snapshot: listing("feed.snapshot", "counts"),
      checksum: query("feed.checksum"),
    },
    catalog: {
      upsert: keyed("catalog.upsert"),
      get: query("catalog.get"),
      list: listing("catalog.list", "objects"),
      delete: mutation("catalog.delete"),
    },
    locations: {
      create: mutation("locations.create"),
      get: query("locations.get"),
      list: listing("locations.list", "locations"),
      update: mutation("locations.update"),
    },
    webhooks: {
      create: mutation("webhooks.create"),
      get: query("webhooks.get"),
      list: listing("webhooks.list", "subscriptions"),
      update: mutation("webhooks.update"),
      delete: mutation("webhooks.delete"),
      rotateKey: mutation("webhooks.rotateKey"),
      test: mutation("webhooks.test"),
      deliveries: listing("webhooks.deliveries", "deliveries"),
      delivery: query("webhooks.delivery"),
      replay: mutation("webhooks.replay"),
    },
    merchants: {
      create: mutation("merchants.create"),
      list: listing("merchants.list", "merchants"),
    },
    tokens: {
      create: mutation("tokens.create"),
      list: listing("tokens.list", "tokens"),
      revoke: mutation("tokens.revoke"),
      current: query("tokens.current"),
    },
    ledger: { verify: query("ledger.verify") },
  };
}

/** The four ways an operation becomes a method. */
function methodsOf(caller: Caller) {
  // The server's answer is of the contract's type; nothing is parsed by its schema.
  const ask =
    <Name extends OperationName>(kind: "query" | "mutation", operation: Name) =>
    async (input: object = {}, options?: CallOptions) =>
      (await make(
        caller,
        { kind, operation, input, idempotencyKey: undefined },
        options,
      )) as OutputOf<Name>;
  return {
    query: <Name extends QueryName>(name: Name): Method<Name> => ask("query", name),
    mutation: <Name extends MutationName>(name: Name): Method<Name> => ask("mutation", name),
    listing: <Name extends ListingName>(name: Name, rows: RowsField<Name>): Listing<Name> =>
      listingOf(ask("query", name), rows),
    keyed:
      <Name extends KeyedName>(operation: Name): KeyedMethod<Name> =>
      async (given, options) => {
        const idempotencyKey = given.idempotencyKey ?? makeIdempotencyKey();
        const input = { ...given, idempotencyKey };
        return (await make(
          caller,
          { kind: "mutation", operation, input, idempotencyKey },
          options,
        )) as OutputOf<Name>;
      },
  };
}
