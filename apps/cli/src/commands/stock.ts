import { type Bincard, isBincardError } from "@bincard/client";
import type { ChangeInput, Count, CreateChangesOutput, State } from "@bincard/contracts";
import { COUNT_COLUMNS, idsOfCount } from "../columns.ts";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { AtLocation, RecordOptions } from "../declarations/stock.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { variationId } from "../named-item.ts";
import { locationIds, theLocationId } from "../named-location.ts";
import { type Named, Names } from "../names.ts";
import { printAnswer } from "../print.ts";
import { sendOnce, unlessInterrupted } from "../settle.ts";
import { stateOf } from "../state-word.ts";

/** What every change says, whatever it is. */
interface Said {
  readonly catalogObjectId: string;
  readonly quantity: string;
  readonly occurredAt: string;
  readonly referenceId?: string;
  readonly employeeId?: string;
}
interface Desk {
  readonly context: Context;
  readonly client: Bincard;
}
/** Completes a change with what its verb knows. */
type Complete = (said: Said, desk: Desk) => Promise<ChangeInput>;

export function receive(context: Context, call: Call<AtLocation & { from?: string }>) {
  const fromState = stateOf(call.options.from ?? "NONE");
  return record(context, call, adjustment({ fromState, toState: "IN_STOCK" }, call.options));
}

export function sell(context: Context, call: Call<AtLocation>) {
  const states = { fromState: "IN_STOCK", toState: "SOLD" } as const;
  return record(context, call, adjustment(states, call.options));
}

export function waste(context: Context, call: Call<AtLocation & { from?: string }>) {
  const fromState = stateOf(call.options.from ?? "IN_STOCK");
  return record(context, call, adjustment({ fromState, toState: "WASTE" }, call.options));
}

export function adjust(
  context: Context,
  call: Call<AtLocation & { fromState: string; toState: string }>,
) {
  const { fromState, toState } = call.options;
  const states = { fromState: stateOf(fromState), toState: stateOf(toState) };
  return record(context, call, adjustment(states, call.options));
}

function adjustment(
  states: { readonly fromState: State; readonly toState: State },
  { location }: AtLocation,
): Complete {
  return async (said, desk) => ({
    type: "ADJUSTMENT",
    ...said,
    ...states,
    locationId: await placeOf(desk, location),
  });
}

export function count(
  context: Context,
  call: Call<AtLocation & { state?: string; recordUnchanged?: boolean }>,
) {
  const { location, state, recordUnchanged } = call.options;
  const counted = stateOf(state ?? "IN_STOCK");
  const complete: Complete = async (said, desk) => ({
    type: "PHYSICAL_COUNT",
    ...said,
    state: counted,
    locationId: await placeOf(desk, location),
  });
  return record(context, call, complete, recordUnchanged !== true);
}

export function move(context: Context, call: Call<RecordOptions & { from: string; to: string }>) {
  const { from, to } = call.options;
  const complete: Complete = async (said, { client }) => {
    const [fromLocationId = from, toLocationId = to] = await locationIds(client, [from, to]);
    return { type: "TRANSFER", ...said, fromLocationId, toLocationId };
  };
  return record(context, call, complete);
}

async function placeOf({ context, client }: Desk, named: string | undefined): Promise<string> {
  return theLocationId(client, named ?? (await context.settings()).location);
}

/** The path of every stock verb: name, complete, send once, show the counts it touched. */
async function record(
  context: Context,
  { args: [item = "", quantity = ""], options }: Call<RecordOptions>,
  complete: Complete,
  ignoreUnchangedCounts = true,
): Promise<void> {
  const { at, key, reference, employee } = options;
  // The time is part of the request: with a key and a new "now" a retry would be another request.
  if (key !== undefined && at === undefined)
    throw new Complaint("USAGE", "--key wants --at: a retry must be the same request", {
      exitCode: EXIT_CODES.usage,
      hint: `add --at ${new Date().toISOString()}, and repeat it with the key`,
    });
  const client = await context.client();
  const change = await unlessInterrupted(
    context,
    (async () =>
      complete(
        {
          catalogObjectId: await variationId(client, item),
          quantity,
          occurredAt: at ?? new Date().toISOString(),
          ...(reference !== undefined && { referenceId: reference }),
          ...(employee !== undefined && { employeeId: employee }),
        },
        { context, client },
      ))(),
  );
  const { occurredAt } = change;
  const answer = await sendOnce(
    context,
    (sending) =>
      client.changes.create(
        { idempotencyKey: key, changes: [change], ignoreUnchangedCounts },
        sending,
      ),
    [["--at", occurredAt]],
  );
  const rows = await namedCounts(context, client, answer);
  await printAnswer(context, answer, { columns: COUNT_COLUMNS, rows });
  await context.note(noteOf(answer));
}

/** What is recorded is told, whether or not its names can still be had: ids stand for them. */
async function namedCounts(
  context: Context,
  client: Bincard,
  { counts }: CreateChangesOutput,
): Promise<Named<Count>[]> {
  try {
    return await unlessInterrupted(context, new Names(client).of(counts, idsOfCount));
  } catch (error) {
    if (!isBincardError(error) && !(error instanceof Complaint)) throw error;
    return counts.map((row) => ({
      row,
      sku: undefined,
      item: undefined,
      location: () => undefined,
    }));
  }
}

function noteOf({ changes: [change], replayed, idempotencyKey }: CreateChangesOutput): string {
  if (change === undefined)
    return "nothing recorded: the count is what it was (--record-unchanged keeps it, for when earlier sales are still to be reported)";
  const how = replayed ? "was recorded before" : "recorded";
  return `${how}: change ${change.id}, position ${change.position}, key ${idempotencyKey}`;
}
