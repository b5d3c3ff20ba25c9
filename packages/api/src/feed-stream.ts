import type { FeedPage } from "@bincard/contracts";
import { callTRPCProcedure, getTRPCErrorFromUnknown, type TRPCError } from "@trpc/server";
import { takesEncoding } from "./accept-encoding.ts";
import { errorShape, refusalOf } from "./failures.ts";
import { PING_MS, SILENCE_MS } from "./heartbeat.ts";
import type { Context } from "./procedure.ts";
import { router } from "./router.ts";
import { GzipStream, type Piece, pieceOf } from "./shared-gzip.ts";

/** The path of the one procedure that is answered from here. */
export const FOLLOW = "feed.follow";

export interface Following {
  /** The input as it came, parsed as JSON; may throw a refusal of its own. */
  readonly rawInput: () => unknown;
  readonly context: Context;
  readonly onError: (error: TRPCError) => void;
  /** The request's header; without one nothing is compressed. */
  readonly acceptEncoding?: string | null;
}

/** One event on the wire: its bytes, and the same compressed, each made when it is first wanted. */
class Frame {
  readonly plain: Uint8Array;
  #piece: Piece | undefined;

  constructor(text: string) {
    this.plain = Buffer.from(text);
  }

  get piece(): Piece {
    return (this.#piece ??= pieceOf(this.plain));
  }
}

const eventOf = (name: string, data: string) => new Frame(`event: ${name}\ndata: ${data}\n\n`);
const CONNECTED = eventOf("connected", JSON.stringify({ reconnectAfterInactivityMs: SILENCE_MS }));
const PING = eventOf("ping", "");

/** The ledger hands one page to all who follow: so one piece of memory serves them all on the wire, too. */
const written = new WeakMap<FeedPage, Frame>();

function frameOf(page: FeedPage): Frame {
  const known = written.get(page);
  if (known !== undefined) return known;
  const frame = new Frame(`data: ${JSON.stringify(page)}\nid: ${page.cursor}\n\n`);
  written.set(page, frame);
  return frame;
}

/**
 * `feed.follow` as tRPC would answer it: the same procedure, and the same events. tRPC's own handler writes
 * every event anew for every follower, through four streams; with two hundred of them that took the whole
 * process. A page is read when the connection has taken the one before, and not earlier.
 */
export function streamFeed({
  rawInput,
  context,
  onError,
  acceptEncoding = null,
}: Following): Response {
  const leaving = new AbortController();
  const gzip = takesEncoding(acceptEncoding, "gzip") ? new GzipStream() : undefined;
  const bytesOf = (frame: Frame) => (gzip === undefined ? frame.plain : gzip.add(frame.piece));
  let pages: AsyncIterator<TrackedPage> | undefined;
  let pinging: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(gzip?.begin(CONNECTED.piece) ?? CONNECTED.plain);
        pinging = setInterval(() => {
          // A connection that takes nothing has enough to read.
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(bytesOf(PING));
        }, PING_MS);
      },
      async pull(controller) {
        try {
          pages ??= await pagesOf({ rawInput, context, signal: leaving.signal });
          const next = await pages.next();
          if (leaving.signal.aborted) return;
          if (next.done !== true) {
            const [, page] = next.value;
            controller.enqueue(bytesOf(frameOf(page)));
            pinging?.refresh();
            return;
          }
        } catch (cause) {
          const error = getTRPCErrorFromUnknown(cause);
          onError(error);
          const shape = errorShape(refusalOf(error), FOLLOW, context.requestId);
          controller.enqueue(bytesOf(eventOf("serialized-error", JSON.stringify(shape))));
        }
        clearInterval(pinging);
        if (gzip !== undefined) controller.enqueue(gzip.end());
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
    vary: "accept-encoding",
    ...(gzip === undefined ? {} : { "content-encoding": "gzip" }),
  };
  return new Response(body, { headers });
}

type Asked = Omit<Following, "onError"> & { readonly signal: AbortSignal };

/** What the procedure makes of a page: tRPC's `tracked`. */
type TrackedPage = readonly [id: string, page: FeedPage, symbol];

/** Scope, input and ledger by the router's own procedure. */
async function pagesOf({ rawInput, context, signal }: Asked): Promise<AsyncIterator<TrackedPage>> {
  const events: unknown = await callTRPCProcedure({
    router,
    path: FOLLOW,
    type: "subscription",
    ctx: context,
    getRawInput: async () => rawInput(),
    signal,
    batchIndex: 0,
  });
  // By its path tRPC answers for any procedure.
  return (events as AsyncIterable<TrackedPage>)[Symbol.asyncIterator]();
}
