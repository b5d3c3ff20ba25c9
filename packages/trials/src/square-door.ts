import { ATTEMPT_MS, type Attempt, type Door, type DoorOptions, openAttempt } from "./door.ts";
import { type Batch, keyOf, type KeyedQuantity, type SentChange } from "./history.ts";

/** A Square-Version of each dialect. */
const VERSIONS = { A: "2026-05-20", B: "2026-09-16" } as const;
export type Dialect = keyof typeof VERSIONS;

/** Square's REST door, by plain requests as a program without an SDK would write them. */
export function squareDoor(options: DoorOptions & { readonly dialect: Dialect }): Door {
  const { dialect } = options;
  return {
    name: `square ${dialect}`,
    saysReplayed: false,
    saysTransfer: dialect === "A",
    async record(batch) {
      const reply = await post(options, "inventory/changes/batch-create", bodyOf(batch, dialect));
      if (reply.kind === "none") return reply.attempt;
      return {
        kind: "acknowledged",
        recorded: listIn(reply.json, "changes").map(tagOf),
        counts: listIn(reply.json, "counts").map(quantityOf),
        position: undefined,
        replayed: false,
      };
    },
    async counts(items) {
      const found: KeyedQuantity[] = [];
      for (let cursor: string | undefined = ""; cursor !== undefined;) {
        const body = {
          catalog_object_ids: items,
          limit: 1_000,
          ...(cursor === "" ? {} : { cursor }),
        };
        const reply = await post(options, "inventory/counts/batch-retrieve", body);
        if (reply.kind === "none") {
          if (reply.attempt.kind === "open") return undefined;
          throw new Error(`counts were refused: ${JSON.stringify(reply.attempt)}`);
        }
        found.push(...listIn(reply.json, "counts").map(quantityOf));
        const next = field(reply.json, "cursor");
        cursor = typeof next === "string" ? next : undefined;
      }
      return found;
    },
  };
}

type Reply =
  | { readonly kind: "answer"; readonly json: unknown }
  | { readonly kind: "none"; readonly attempt: Attempt };

async function post(
  {
    url,
    token,
    dialect,
    attemptMs = ATTEMPT_MS,
    fetch: send = fetch,
  }: DoorOptions & {
    readonly dialect: Dialect;
  },
  path: string,
  body: unknown,
): Promise<Reply> {
  // `AbortSignal.timeout` keeps nothing alive, not even itself: an answer that never comes would end the run.
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), attemptMs);
  try {
    const answer = await send(`${url}/v2/${path}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        "Square-Version": VERSIONS[dialect],
      },
      body: JSON.stringify(body),
      signal: ended.signal,
    });
    const json: unknown = await answer.json();
    if (answer.ok) return { kind: "answer", json };
    const code = String(field(listIn(json, "errors")[0], "code"));
    if (answer.status < 429) return { kind: "none", attempt: { kind: "refused", code } };
    const seconds = answer.headers.get("retry-after");
    const retryAfterMs = seconds === null ? undefined : Number(seconds) * 1_000;
    return { kind: "none", attempt: openAttempt(answer.status, { because: code, retryAfterMs }) };
  } catch (error) {
    const because = String(error);
    return { kind: "none", attempt: openAttempt(undefined, { because, retryAfterMs: undefined }) };
  } finally {
    clearTimeout(timer);
  }
}

function bodyOf({ key, changes, ignoreUnchanged }: Batch, dialect: Dialect) {
  return {
    idempotency_key: key,
    ignore_unchanged_counts: ignoreUnchanged,
    changes: changes.map((change) => wireOf(change, dialect)),
  };
}

function wireOf({ tag, kind, item, from, to, quantity, occurredAt }: SentChange, dialect: Dialect) {
  const said = {
    reference_id: tag,
    catalog_object_id: item,
    quantity,
    occurred_at: occurredAt,
  };
  if (kind === "count" || from === undefined)
    return {
      type: "PHYSICAL_COUNT",
      physical_count: { ...said, location_id: to.location, state: to.state },
    };
  const places = { from_location_id: from.location, to_location_id: to.location };
  if (kind === "transfer")
    return { type: "TRANSFER", transfer: { ...said, ...places, state: to.state } };
  const where =
    dialect === "A" && from.location === to.location ? { location_id: to.location } : places;
  return {
    type: "ADJUSTMENT",
    adjustment: { ...said, ...where, from_state: from.state, to_state: to.state },
  };
}

function tagOf(change: unknown): string {
  const member = ["physical_count", "adjustment", "transfer"]
    .map((name) => field(change, name))
    .find((value) => value !== undefined);
  return String(field(member, "reference_id"));
}

const quantityOf = (count: unknown): KeyedQuantity => ({
  key: keyOf(String(field(count, "catalog_object_id")), {
    location: String(field(count, "location_id")),
    state: String(field(count, "state")),
  }),
  quantity: String(field(count, "quantity")),
});

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

function listIn(json: unknown, name: string): unknown[] {
  const found = field(json, name);
  return Array.isArray(found) ? found : [];
}
