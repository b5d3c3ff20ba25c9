import { randomUUID } from "node:crypto";
import { type Failure, formatPath, formatTime, type Micros } from "@bincard/contracts";
import { expect } from "vitest";
import { JSON_BODY, request } from "./open-app.ts";
import { at, BATCH_CREATE, listAt, openWorld } from "./square/world.ts";
import { type Json, wireBatch } from "./wire-words.ts";

/** An answer of either door, as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface RawRequest {
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The root token when left out; `null` sends none. */
  readonly token?: string | null;
}

const SECOND: Micros = 1_000_000;

/** What `openDoors` puts there, under ids of our own choosing. */
export const SHOP = "SHOP";
export const CELLAR = "CELLAR";
export const TEA = "TEA-100G";
export const RICE = "RICE-1KG";
/** An item: it exists, but only its variations are counted. */
export const TEA_ITEM = "TEA";
/** Of `TEA` at `SHOP`, in stock. */
export const ON_HAND = "10";

/** Both doors of one server, over a merchant with two locations, two variations and some stock. */
export async function openDoors() {
  let ahead: Micros = 0;
  const now = () => Date.now() * 1_000 + ahead;
  const world = await openWorld({ clock: now });

  /** `raw("POST /trpc/changes.create", { body: "{" })`: nothing is added but the token. */
  async function raw(
    asked: string,
    { body, headers = {}, token = world.token }: RawRequest = {},
  ): Promise<Reply> {
    const [method = "GET", path = "/"] = asked.split(" ");
    const access = token === null ? {} : { Authorization: `Bearer ${token}` };
    const answer = await world.app.fetch(
      request(path, {
        method,
        headers: { ...access, ...headers },
        ...(body === undefined ? {} : { body, duplex: "half" }),
      }),
    );
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  const trpc = async (procedure: string, input: unknown, token = world.token) =>
    raw(`POST /trpc/${procedure}`, { body: JSON.stringify(input), headers: JSON_BODY, token });

  const square = async (
    asked: string,
    body?: unknown,
    { token = world.token, version }: { token?: string; version?: string } = {},
  ) => {
    const spoken = version === undefined ? {} : { "Square-Version": version };
    if (body === undefined) return raw(asked, { headers: spoken, token });
    return raw(asked, { body: JSON.stringify(body), headers: { ...JSON_BODY, ...spoken }, token });
  };

  return {
    ...world,
    raw,
    trpc,
    square,
    /** A time so many seconds ago by the server's clock; negative for the future. */
    secondsAgo: (seconds: number) => formatTime(now() - seconds * SECOND),
    /** Sets the server's clock forward. */
    passSeconds(seconds: number) {
      ahead += seconds * SECOND;
    },
    /** The ids above, for the merchant of this token. */
    async furnish(token = world.token) {
      for (const id of [SHOP, CELLAR])
        resultOf(await trpc("locations.create", { id, name: id }, token));
      const objects = [TEA, RICE].map((id) => item(id));
      resultOf(await trpc("catalog.upsert", { idempotencyKey: randomUUID(), objects }, token));
    },
    /** One batch, as the tRPC door and the Square door are asked for it. */
    ask: {
      trpc: async (batch: unknown, token?: string) => trpc("changes.create", batch, token),
      square: async (batch: unknown, token = world.token) =>
        square(BATCH_CREATE, wireBatch(batch), { token }),
    },
    /** All there is to see of the merchant's ledger; sound, or this fails. */
    async contents(token = world.token) {
      const [verified, counts, objects, locations] = await Promise.all(
        ["ledger.verify", "counts.list", "catalog.list", "locations.list"].map(async (procedure) =>
          resultOf(await trpc(procedure, {}, token)),
        ),
      );
      expect(at(verified, "findings")).toEqual([]);
      return { verified, counts, objects, locations };
    },
  };
}
export type Doors = Awaited<ReturnType<typeof openDoors>>;

/** An item and its one variation: "TEA" of "TEA-100G". */
function item(variation: string) {
  const [id = variation] = variation.split("-");
  return { type: "ITEM", id, name: id, variations: [{ id: variation, name: "Regular" }] };
}

export function receipt(doors: Doors, fields: Json = {}): Json {
  return {
    type: "ADJUSTMENT",
    catalogObjectId: TEA,
    locationId: SHOP,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: doors.secondsAgo(60),
    ...fields,
  };
}

export function counted(doors: Doors, fields: Json = {}): Json {
  return {
    type: "PHYSICAL_COUNT",
    catalogObjectId: TEA,
    locationId: SHOP,
    state: "IN_STOCK",
    quantity: ON_HAND,
    occurredAt: doors.secondsAgo(60),
    ...fields,
  };
}

export function transferred(doors: Doors, fields: Json = {}): Json {
  return {
    type: "TRANSFER",
    catalogObjectId: TEA,
    fromLocationId: SHOP,
    toLocationId: CELLAR,
    quantity: "1",
    occurredAt: doors.secondsAgo(60),
    ...fields,
  };
}

/** A new key and these changes. */
export function batchOf(...changes: readonly unknown[]) {
  return { idempotencyKey: randomUUID(), changes };
}

export function jsonOf({ text }: Reply): unknown {
  return JSON.parse(text);
}

/** What tRPC answered to a call that it took. */
export function resultOf(reply: Reply): unknown {
  expect([reply.status, reply.text]).toEqual([200, expect.stringMatching(/^\{"result":/)]);
  return at(jsonOf(reply), "result", "data");
}

/** Code and place of every failure the tRPC door names. */
export function failuresIn(reply: Reply) {
  const failures = listAt(jsonOf(reply), "error", "data", "failures") as Failure[];
  expect(reply.status).toBe(at(jsonOf(reply), "error", "data", "httpStatus"));
  return failures.map(({ code, path }) => [code, formatPath(path)]);
}

/** Code and place of every error the Square door names; "" where it names no place. */
export function errorsIn(reply: Reply) {
  expect(reply.headers.get("content-type")).toBe("application/json");
  return listAt(jsonOf(reply), "errors").map((error) => [
    at(error, "code"),
    at(error, "field") ?? "",
  ]);
}

export function categoriesIn(reply: Reply) {
  return [...new Set(listAt(jsonOf(reply), "errors").map((error) => at(error, "category")))];
}

/** Whatever is asked here: nothing of it is applied, and both doors go on taking good batches. */
export async function withoutTrace(doors: Doors, work: () => Promise<void>) {
  const before = await doors.contents();
  await work();
  // Counting what is there is a good batch that leaves no trace itself.
  for (const ask of [doors.ask.trpc, doors.ask.square])
    expect((await ask(batchOf(counted(doors)))).status).toBe(200);
  expect(await doors.contents()).toEqual(before);
}
