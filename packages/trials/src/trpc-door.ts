import { type Bincard, createBincard, isBincardError } from "@bincard/client";
import type { Change, ChangeInput, Count } from "@bincard/contracts";
import { ATTEMPT_MS, type Attempt, type Door, type DoorOptions, openAttempt } from "./door.ts";
import { keyOf, type KeyedQuantity, type LoggedChange, type SentChange } from "./history.ts";

/** The client library, as an application would use it. */
export function clientOf({
  url,
  token,
  attempts = 1,
  attemptMs = ATTEMPT_MS,
  ...rest
}: DoorOptions): Bincard {
  const given = rest.fetch;
  return createBincard({
    url,
    token,
    timeoutMs: 600_000,
    retry: { attempts, attemptMs, baseMs: 20, capMs: 500 },
    ...(given === undefined ? {} : { fetch: (to: string, init: RequestInit) => given(to, init) }),
  });
}

export function trpcDoor(options: DoorOptions): Door {
  const client = clientOf(options);
  return {
    name: "trpc",
    saysReplayed: true,
    saysTransfer: true,
    async record({ key, changes, ignoreUnchanged }) {
      try {
        const answer = await client.changes.create({
          idempotencyKey: key,
          changes: changes.map(inputOf),
          ignoreUnchangedCounts: ignoreUnchanged,
        });
        return {
          kind: "acknowledged",
          recorded: answer.changes.map(({ referenceId }) => referenceId ?? ""),
          counts: answer.counts.map(quantityOf),
          position: answer.position,
          replayed: answer.replayed,
        };
      } catch (error) {
        return attemptOf(error);
      }
    },
    async counts(items) {
      try {
        const counts: Count[] = [];
        const asked = { catalogObjectIds: [...items], limit: 1_000 };
        for await (const count of client.counts.list.each(asked)) counts.push(count);
        return counts.map(quantityOf);
      } catch (error) {
        if (attemptOf(error).kind === "open") return undefined;
        throw error;
      }
    },
  };
}

function attemptOf(error: unknown): Attempt {
  if (!isBincardError(error)) throw error;
  const { code, status, retryAfterMs, retryable } = error;
  // An answer that was cut in the middle of its text was an answer all the same: nobody knows.
  if (!retryable && code !== "UNREADABLE_ANSWER") return { kind: "refused", code };
  const because = `${code} ${error.message}`;
  return openAttempt(code === "UNREADABLE_ANSWER" ? undefined : status, { because, retryAfterMs });
}

const quantityOf = (count: Count): KeyedQuantity => ({
  key: keyOf(count.catalogObjectId, { location: count.locationId, state: count.state }),
  quantity: count.quantity,
});

function inputOf({ tag, kind, item, from, to, quantity, occurredAt }: SentChange): ChangeInput {
  const said = { catalogObjectId: item, quantity, occurredAt, referenceId: tag };
  if (kind === "count" || from === undefined)
    return { type: "PHYSICAL_COUNT", ...said, locationId: to.location, state: stateOf(to.state) };
  const places = { fromLocationId: from.location, toLocationId: to.location };
  if (kind === "transfer") return { type: "TRANSFER", ...said, ...places };
  const [fromState, toState] = [stateOf(from.state), stateOf(to.state)];
  return { type: "ADJUSTMENT", ...said, fromState, toState, ...places };
}

type Writable = "NONE" | "IN_STOCK" | "SOLD" | "WASTE" | "UNLINKED_RETURN";
const WRITABLE: readonly string[] = ["NONE", "IN_STOCK", "SOLD", "WASTE", "UNLINKED_RETURN"];
const isWritable = (state: string): state is Writable => WRITABLE.includes(state);

function stateOf(state: string): Writable {
  if (isWritable(state)) return state;
  throw new Error(`the trials send no changes of state ${state}`);
}

/** The ledger's whole log of the client's merchant, by position. */
export async function readLog(client: Bincard): Promise<LoggedChange[]> {
  const log: LoggedChange[] = [];
  for await (const change of client.changes.list.each({ limit: 1_000 })) log.push(loggedOf(change));
  return log.toSorted((a, b) => a.position - b.position);
}

export async function readCounts(client: Bincard): Promise<KeyedQuantity[]> {
  const counts: KeyedQuantity[] = [];
  for await (const count of client.counts.list.each({ limit: 1_000 }))
    counts.push(quantityOf(count));
  return counts;
}

function loggedOf(change: Change): LoggedChange {
  const {
    position,
    referenceId: tag,
    catalogObjectId: item,
    quantity,
    occurredAt,
    createdAt,
  } = change;
  const said = { position, tag, item, quantity, occurredAt, createdAt };
  switch (change.type) {
    case "PHYSICAL_COUNT": {
      const to = { location: change.locationId, state: change.state };
      return { ...said, kind: "count", from: undefined, to };
    }
    case "ADJUSTMENT":
      return {
        ...said,
        kind: "adjustment",
        from: { location: change.fromLocationId, state: change.fromState },
        to: { location: change.toLocationId, state: change.toState },
      };
    case "TRANSFER":
      return {
        ...said,
        kind: "transfer",
        from: { location: change.fromLocationId, state: change.state },
        to: { location: change.toLocationId, state: change.state },
      };
  }
}
