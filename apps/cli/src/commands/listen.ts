import { type Bincard, type FeedPage, isBincardError } from "@bincard/client";
import { type Count, LIMITS } from "@bincard/contracts";
import { commandLine } from "../confirm.ts";
import type { Context } from "../context.ts";
import { csvHeader, csvRows } from "../csv-out.ts";
import type { ListenOptions } from "../declarations/webhooks.ts";
import type { Call } from "../declare.ts";
import {
  addressOf,
  forward,
  type Forwarded,
  type Forwarding,
  newSignatureKey,
} from "../forward.ts";
import { stopIfInterrupted } from "../interruption.ts";
import { write } from "../io.ts";
import { ndjson } from "../print.ts";
import { startOf } from "../starting-place.ts";
import { type Column, tableLines } from "../table.ts";
import { outcomeOf } from "../webhook-columns.ts";

const COLUMNS: readonly Column<Forwarded>[] = [
  { key: "position", title: "POSITION", kind: "number", value: ({ position }) => String(position) },
  { key: "id", title: "EVENT", value: ({ id }) => id },
  { key: "counts", title: "COUNTS", kind: "number", value: ({ counts }) => String(counts) },
  { key: "outcome", title: "OUTCOME", value: ({ attempt }) => outcomeOf(attempt) },
];

/** Follows the feed and forwards what a subscription would be told, until it is interrupted. */
export async function listen(context: Context, { options }: Call<ListenOptions>): Promise<void> {
  const { io } = context;
  const url = addressOf(options.forwardTo);
  const client = await context.client();
  const { merchant } = await client.tokens.current();
  const signatureKey = options.key ?? newSignatureKey();
  const forwarding = { url, signatureKey, merchantId: merchant.id };
  let cursor = await startOf(client, options);
  await context.note(`forwarding to ${url}, signed with the key ${signatureKey}`);
  const print = printer(context);
  try {
    let told = await positionAt(client, cursor);
    for await (const page of client.feed.follow({ after: cursor }, { signal: io.interrupted })) {
      for (const counts of partsOf(page, told))
        await print(await forwarded(forwarding, { counts, position: page.position }, io));
      told = page.position;
      cursor = page.cursor;
    }
  } catch (error) {
    if (!io.interrupted.aborted && !isBincardError(error, "ABORTED")) throw error;
  }
  const [key, from] = [signatureKey, cursor];
  const again = ["webhooks", "listen", "--forward-to", url, "--from", from, "--key", key];
  await context.note(`go on with\n  ${commandLine(again)}`);
  stopIfInterrupted(io);
}

async function forwarded(
  forwarding: Forwarding,
  told: { readonly counts: readonly Count[]; readonly position: number },
  { interrupted }: Context["io"],
): Promise<Forwarded> {
  return forward(forwarding, told, interrupted);
}

/** What lies at a cursor is known from the empty page behind it. */
async function positionAt({ feed }: Bincard, cursor: string): Promise<number> {
  const { position, changes } = await feed.read({ after: cursor, limit: 1 });
  return position - changes.length;
}

/** The counts that this page has moved, as many at a time as one event holds. */
function partsOf({ counts, position }: FeedPage, after: number): Count[][] {
  const moved = counts.filter((count) => count.position > after && count.position <= position);
  const size = LIMITS.webhookCountsPerDelivery;
  return Array.from({ length: Math.ceil(moved.length / size) }, (_, part) =>
    moved.slice(part * size, (part + 1) * size).map(({ position: __, ...count }) => count),
  );
}

function printer({ io, format }: Context) {
  let isFirst = true;
  return async (row: Forwarded): Promise<void> => {
    const begins = isFirst;
    isFirst = false;
    if (format === "ndjson" || format === "json") return write(io.stdout, ndjson([row]));
    if (format === "csv")
      return write(io.stdout, (begins ? csvHeader(COLUMNS) : "") + csvRows(COLUMNS, [row], true));
    const lines = tableLines(COLUMNS, [row]);
    await write(io.stdout, `${lines.slice(begins ? 0 : 1).join("\n")}\n`);
  };
}
