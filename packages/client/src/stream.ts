import { createParser, type EventSourceMessage } from "eventsource-parser";
import { refused, statusIn } from "./refused.ts";

/** Node types the bytes of a body as anything. */
type Bytes = ReadableStreamDefaultReader<Uint8Array>;

/** What happens on a subscription's connection. */
export type StreamEvent =
  | { readonly kind: "opened" }
  | { readonly kind: "data"; readonly data: unknown }
  /** The server has no more to say, and will not have. */
  | { readonly kind: "ended" };

/**
 * The events of one answer in tRPC's form of server-sent events. The next bytes are read when the events of
 * the ones before were taken, so a slow reader slows the server instead of filling memory. Ends when the
 * connection does; throws a TRPCClientError when the server refuses.
 */
export async function* eventsOf(
  response: Response,
  cut: AbortController,
): AsyncGenerator<StreamEvent, void, undefined> {
  if (response.body === null) return;
  const received: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => received.push(event) });
  const decoder = new TextDecoder();
  const reader: Bytes = response.body.getReader();
  let silenceMs: number | undefined;
  // A `fetch` that was given may hand out bodies that know nothing of its signal.
  const leave = () => void reader.cancel().catch(() => undefined);
  cut.signal.addEventListener("abort", leave, { once: true });
  if (cut.signal.aborted) leave();
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read(), cut);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      for (const { event, data } of received.splice(0)) {
        if (event === "connected") {
          silenceMs = silenceOf(data);
          yield { kind: "opened" };
        } else if (event === "serialized-error") throw refusalIn(data, response);
        else if (event === "return") yield { kind: "ended" };
        else if (event === undefined) yield { kind: "data", data: JSON.parse(data) };
      }
    }
  } finally {
    cut.signal.removeEventListener("abort", leave);
    await reader.cancel().catch(() => undefined);
  }
}

/** What tRPC tells its clients when it connects them. */
function silenceOf(data: string): number | undefined {
  const told: unknown = JSON.parse(data);
  const silence: unknown = Object(told)["reconnectAfterInactivityMs"];
  return typeof silence === "number" && silence > 0 ? silence : undefined;
}

/** A refusal that comes after the answer has begun carries its own status. */
function refusalIn(data: string, { headers }: Response): Error {
  const error: unknown = JSON.parse(data);
  const refusal = refused(error, { status: statusIn(error), headers });
  return refusal ?? new Error("the server refused in words that are not its own");
}

async function within<Value>(
  milliseconds: number | undefined,
  work: Promise<Value>,
  cut: AbortController,
): Promise<Value> {
  if (milliseconds === undefined) return work;
  const timer = setTimeout(
    () => cut.abort(new Error(`nothing was heard for ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
