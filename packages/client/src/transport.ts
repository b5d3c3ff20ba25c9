import type { Router } from "@bincard/api";
import { createTRPCClient, getUntypedClient, httpLink, type TRPCClient } from "@trpc/client";
import { LONGEST_TIMER_MS } from "./pause.ts";
import { refused } from "./refused.ts";
import { eventsOf, type StreamEvent } from "./stream.ts";

/**
 * The part of `fetch` this client needs: the platform's own, or an app's `fetch` without a network.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Address {
  /** Where the server is, such as "http://127.0.0.1:4100". */
  readonly url: string;
  /** A bearer token of the merchant. */
  readonly token: string;
  readonly fetch?: Fetch | undefined;
}

/** One request over the wire: no retries, no key, no error class. */
export interface Transport {
  readonly trpc: TRPCClient<Router>;
  send(call: WireCall, signal: AbortSignal): Promise<unknown>;
  /** One connection of a subscription, for as long as it holds. */
  listen(
    call: Omit<WireCall, "kind">,
    listening: Listening,
  ): AsyncGenerator<StreamEvent, void, undefined>;
}
export interface Listening {
  readonly signal: AbortSignal | undefined;
  /** Until the first event: from then on the server's own word on silence counts. */
  readonly withinMs: number;
}
export interface WireCall {
  readonly kind: "query" | "mutation";
  readonly operation: string;
  readonly input: unknown;
}

/** An answer that is not JSON, which tRPC would report without its status. */
export class ForeignAnswer extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`the answer is not Bincard's: HTTP ${response.status} without JSON`);
    this.response = response;
  }
}

/** @throws TypeError for an address that no request could be sent to. */
export function openTransport({ url, token, fetch: given }: Address): Transport {
  mustBeAddress(url, token);
  const send = given ?? ((address: string, init: RequestInit) => fetch(address, init));
  const door = `${url.replace(/\/+$/, "")}/trpc`;
  const authorization = `Bearer ${token}`;
  const trpc = createTRPCClient<Router>({
    links: [
      httpLink({
        url: door,
        // Always POST: a filter of a thousand ids does not fit a URL, and URLs end up in logs.
        methodOverride: "POST",
        headers: { authorization },
        async fetch(address, { body, headers, method, signal } = {}) {
          const response = await send(String(address), {
            ...(typeof body === "string" ? { body } : {}),
            ...(headers === undefined ? {} : { headers }),
            ...(method === undefined ? {} : { method }),
            ...(signal === undefined ? {} : { signal }),
          });
          if (/\bjson\b/.test(response.headers.get("content-type") ?? "")) return response;
          await response.body?.cancel();
          throw new ForeignAnswer(response);
        },
      }),
    ],
  });
  const untyped = getUntypedClient(trpc);
  return {
    trpc,
    send: async ({ kind, operation, input }, signal) =>
      kind === "query"
        ? await untyped.query(operation, input, { signal })
        : await untyped.mutation(operation, input, { signal }),
    async *listen({ operation, input }, { signal, withinMs }) {
      const cut = new AbortController();
      const silent = () => cut.abort(new Error(`nothing was heard for ${withinMs} ms`));
      const timer = setTimeout(silent, Math.min(withinMs, LONGEST_TIMER_MS));
      const leave = () => cut.abort(signal?.reason);
      signal?.addEventListener("abort", leave, { once: true });
      if (signal?.aborted === true) leave();
      try {
        const response = await send(`${door}/${operation}`, {
          method: "POST",
          headers: {
            authorization,
            "content-type": "application/json",
            accept: "text/event-stream",
          },
          body: JSON.stringify(input),
          signal: cut.signal,
        });
        const type = response.headers.get("content-type") ?? "";
        if (!/^text\/event-stream\b/.test(type)) throw await refusalOf(response, type);
        for await (const event of eventsOf(response, cut)) {
          clearTimeout(timer);
          yield event;
        }
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", leave);
        // However its reader leaves, the connection goes with it.
        cut.abort();
      }
    },
  };
}

/** What `fetch` would refuse each time, with an error that looks like the network's. */
function mustBeAddress(url: string, token: string): void {
  if (!/^https?:\/\/[^\s/?#]/i.test(url))
    throw new TypeError(
      `url must be an http or https URL, such as "http://127.0.0.1:4100": "${url}"`,
    );
  // Never in the message: it is a secret all the same.
  if (!/^[\x21-\x7e]*$/.test(token))
    throw new TypeError(
      "token must be a token as it was made: it has a space, a line break or a letter that none has",
    );
}

/** An answer that never became a stream: a refusal in the form of every other call, or nothing of ours. */
async function refusalOf(response: Response, type: string): Promise<Error> {
  if (!/\bjson\b/.test(type)) {
    await response.body?.cancel();
    return new ForeignAnswer(response);
  }
  const answer: unknown = await response.json();
  const error: unknown =
    typeof answer === "object" && answer !== null ? Reflect.get(answer, "error") : undefined;
  return refused(error, response) ?? new ForeignAnswer(response);
}
