import { randomUUID } from "node:crypto";
import { type Micros, operations, parseOrRefuse, type Scope, SCOPES } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { createApp } from "../../src/app.ts";
import { listen } from "../../src/listen.ts";
import { openLog } from "../../src/log.ts";

/** The newest Square-Version that speaks each dialect, and what the SDKs of each send. */
export const A = "2026-05-20";
export const B = "2026-09-16";
export const DIALECTS = [
  ["A", A],
  ["B", B],
] as const;

type Json = { readonly [name: string]: unknown };

export interface Reply {
  readonly status: number;
  // Answers are compared with `toEqual` and the like, which take anything.
  readonly body: Json;
  readonly headers: Headers;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly version?: string;
  readonly token?: string;
}

/** A database, a ledger and the whole server over it, with one merchant. */
export async function openWorld(options: { readonly clock?: () => Micros } = {}) {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  const { merchantId } = await ensureRoot(database.url, { token });
  const ledger = openLedger({ databaseUrl: database.url, ...options });
  // A 500 in a test says on stderr why.
  const app = createApp({ ledger, log: openLog("error") });
  const root = await ledger.authenticate(token);

  async function fetchRaw(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await app.fetch(new Request(`http://bincard.test${path}`, init));
    const text = await response.text();
    const body: Json = text === "" ? {} : JSON.parse(text);
    return { status: response.status, body, headers: response.headers };
  }

  /** `ask("POST /v2/...", { body })` as the root token, in dialect A unless told. */
  async function ask(request: string, options: AskOptions = {}): Promise<Reply> {
    const [method = "GET", path = "/"] = request.split(" ");
    const headers: Record<string, string> = {
      Authorization: `Bearer ${options.token ?? token}`,
      ...(options.version === undefined ? {} : { "Square-Version": options.version }),
      ...(options.body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const body = options.body === undefined ? {} : { body: JSON.stringify(options.body) };
    return fetchRaw(path, { method, headers, ...body });
  }

  return {
    token,
    merchantId,
    databaseUrl: database.url,
    ledger,
    app,
    ask,
    fetchRaw,
    async serve() {
      return listen(app, { host: "127.0.0.1", port: 0 });
    },
    async newToken(scopes: readonly Scope[] = SCOPES, ofMerchant = merchantId) {
      const input = { merchantId: ofMerchant, application: { name: "Till" }, scopes: [...scopes] };
      const parsed = parseOrRefuse(operations.tokens.create.input, input);
      return (await ledger.tokens.create(root, parsed)).token;
    },
    async newMerchant(name: string) {
      const parsed = parseOrRefuse(operations.merchants.create.input, { name });
      return (await ledger.merchants.create(root, parsed)).merchant.id;
    },
    async newLocation(name: string, asToken = token): Promise<string> {
      const body = { location: { name } };
      const reply = await ask("POST /v2/locations", { body, token: asToken });
      return textAt(reply.body, "location", "id");
    },
    /** An item with one variation; the variation's id. */
    async newVariation(name: string, asToken = token): Promise<string> {
      const body = { idempotency_key: randomUUID(), object: itemNamed(name) };
      const reply = await ask("POST /v2/catalog/object", { body, token: asToken });
      return textAt(reply.body, "catalog_object", "item_data", "variations", 0, "id");
    },
    async close() {
      await ledger.close();
      await database.drop();
    },
  };
}
export type World = Awaited<ReturnType<typeof openWorld>>;

export function itemNamed(name: string, sku?: string) {
  const data = { name: "Regular", ...(sku === undefined ? {} : { sku }) };
  return {
    type: "ITEM",
    id: `#${name}`,
    item_data: {
      name,
      variations: [{ type: "ITEM_VARIATION", id: `#${name}-1`, item_variation_data: data }],
    },
  };
}

/** What stands at a place of an answer, or `undefined`. */
export function at(json: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => Object(value)[step], json);
}

export function textAt(json: unknown, ...path: readonly (string | number)[]): string {
  const found = at(json, ...path);
  if (typeof found !== "string")
    throw new Error(`no text at ${path.join(".")} of ${JSON.stringify(json)}`);
  return found;
}

export function listAt(json: unknown, ...path: readonly (string | number)[]): unknown[] {
  const found = at(json, ...path);
  if (!Array.isArray(found))
    throw new Error(`no list at ${path.join(".")} of ${JSON.stringify(json)}`);
  return found;
}

export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** What one change says, whatever its kind. */
export interface Said {
  readonly of: string;
  readonly at: string;
  readonly quantity?: string;
  readonly ago?: number;
}

const moved = (from_state: string, to_state: string) => (said: Said) => ({
  type: "ADJUSTMENT",
  adjustment: {
    catalog_object_id: said.of,
    location_id: said.at,
    from_state,
    to_state,
    quantity: said.quantity ?? "1",
    occurred_at: minutesAgo(said.ago ?? 1),
  },
});
export const receive = moved("NONE", "IN_STOCK");
export const sell = moved("IN_STOCK", "SOLD");
export const waste = moved("IN_STOCK", "WASTE");

export function count(said: Said) {
  return {
    type: "PHYSICAL_COUNT",
    physical_count: {
      catalog_object_id: said.of,
      location_id: said.at,
      state: "IN_STOCK",
      quantity: said.quantity ?? "1",
      occurred_at: minutesAgo(said.ago ?? 1),
    },
  };
}

/** The body of changes/batch-create. */
export function batch(...changes: readonly unknown[]) {
  return { idempotency_key: randomUUID(), changes };
}

export const BATCH_CREATE = "POST /v2/inventory/changes/batch-create";
export const BATCH_CHANGES = "POST /v2/inventory/changes/batch-retrieve";
export const BATCH_COUNTS = "POST /v2/inventory/counts/batch-retrieve";
