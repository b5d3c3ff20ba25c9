import type { FeedPage } from "@bincard/contracts";
import { callTRPCProcedure, getTRPCErrorFromUnknown, type TRPCError } from "@trpc/server";
import { errorShape, refusalOf } from "./failures.ts";
import { PING_MS, SILENCE_MS } from "./heartbeat.ts";
import type { Context } from "./procedure.ts";
import { router } from "./router.ts";

/** The path of the one procedure that is answered from here. */
export const FOLLOW = "feed.follow";

export interface Following {
  /** The input as it came, parsed as JSON; may throw a refusal of its own. */
  readonly rawInput: () => unknown;
  readonly context: Context;
  readonly onError: (error: TRPCError) => void;
}

const encoder = new TextEncoder();
const frame = (event: string, data: string) =>
  encoder.encode(`${event === "" ? "" : `event: ${event}\n`}data: ${data}\n\n`);
const CONNECTED = frame("connected", JSON.stringify({ reconnectAfterInactivityMs: SILENCE_MS }));
const PING = frame("ping", "");

/** The ledger hands one page to all who follow: so one piece of memory serves them all on the wire, too. */
const written = new WeakMap<FeedPage, Uint8Array>();

function bytesOf(page: FeedPage): Uint8Array {
  const known = written.get(page);
  if (known !== undefined) return known;
  const bytes = encoder.encode(`data: ${JSON.stringify(page)}\nid: ${page.cursor}\n\n`);
  written.set(page, bytes);
  return bytes;
}

/**
 * `feed.follow` as tRPC would answer it: the same procedure, and the same events. tRPC's own handler writes
 * every event anew for every follower, through four streams; with two hundred of them that took the whole
 * process. A page is read when the connection has taken the one before, and not earlier.
 */
export function streamFeed({ rawInput, context, onError }: Following): Response {
  const leaving = new AbortController();
  let pages: AsyncIterator<FeedPage> | undefined;
  let pinging: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(CONNECTED);
        pinging = setInterval(() => {
          // A connection that takes nothing has enough to read.
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(PING);
        }, PING_MS);
      },
      async pull(controller) {
        try {
          pages ??= await pagesOf({ rawInput, context, signal: leaving.signal });
          const next = await pages.next();
          if (leaving.signal.aborted) return;
          if (next.done !== true) {
            controller.enqueue(bytesOf(next.value));
            pinging?.refresh();
            return;
          }
        } catch (cause) {
          const error = getTRPCErrorFromUnknown(cause);
          onError(error);
          const shape = errorShape(refusalOf(error), FOLLOW, context.requestId);
          controller.enqueue(frame("serialized-error", JSON.stringify(shape)));
        }
        clearInterval(pinging);
        controller.close();
      },
      async cancel() {
        clearInterval(pinging);
        leaving.abort();
        await pages?.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  };
  return new Response(body, { headers });
}

type Asked = Omit<Following, "onError"> & { readonly signal: AbortSignal };

/** Scope, input and ledger by the router's own procedure. */
async function pagesOf({ rawInput, context, signal }: Asked): Promise<AsyncIterator<FeedPage>> {
  const events: unknown = await callTRPCProcedure({
    router,
    path: FOLLOW,
    type: "subscription",
    ctx: context,
    getRawInput: async () => rawInput(),
    signal,
    batchIndex: 0,
  });
  // By its path tRPC answers for any procedure; this one yields what `tracked` makes of a page.
  return pagesIn(events as AsyncIterable<readonly [string, FeedPage, symbol]>);
}

async function* pagesIn(
  events: AsyncIterable<readonly [string, FeedPage, symbol]>,
): AsyncGenerator<FeedPage, void, undefined> {
  for await (const [, page] of events) yield page;
}
