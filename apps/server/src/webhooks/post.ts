import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { LIMITS } from "@bincard/contracts";
import { AddressRefused, mayReach, type Reach } from "./addresses.ts";

export interface Posting {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly reach: Reach;
  readonly lookup: LookupFunction;
  /** Cuts it off. */
  readonly signal: AbortSignal;
  readonly milliseconds: number;
  /** Certificates to trust besides those that Node does. */
  readonly ca?: string | undefined;
}

/** Nothing was answered in time. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
  readonly code = "TIMED_OUT";
}

/**
 * Posts a body and resolves with the status that is answered; a redirect is an answer like any other. Of the answer's body
 * a little is read, so that the other side can end in peace, and nothing is kept. Every connection is its own, so every
 * one has its address looked at. Rejects with the connection's error, TimedOut, AddressRefused or the signal's reason.
 */
export async function post(notificationUrl: string, posting: Posting): Promise<number> {
  const { headers, body, reach, lookup, signal, milliseconds, ca } = posting;
  const url = new URL(notificationUrl);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // An address that is written out is not looked up.
  if (isIP(host) !== 0 && !mayReach(host, reach)) throw new AddressRefused();
  signal.throwIfAborted();
  const send = url.protocol === "https:" ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: "POST",
      agent: false,
      lookup,
      headers: {
        ...headers,
        "content-length": Buffer.byteLength(body),
        connection: "close",
      },
      ...(ca === undefined ? {} : { ca }),
    });
    let status: number | undefined;
    const late = setTimeout(() => request.destroy(new TimedOut("no answer")), milliseconds);
    const cut = () => request.destroy(new Error("cut off"));
    signal.addEventListener("abort", cut);
    let failure: unknown = new Error("the connection was closed without an answer");
    request.on("error", (error) => (failure = error));
    request.on("response", (response) => {
      status = response.statusCode ?? 0;
      let left: number = LIMITS.webhookAnswerBytes;
      response.on("data", (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) request.destroy();
      });
      // What breaks once the status is known changes nothing.
      response.on("error", () => undefined);
    });
    request.on("close", () => {
      clearTimeout(late);
      signal.removeEventListener("abort", cut);
      if (status !== undefined) resolve(status);
      else reject(signal.aborted ? signal.reason : failure);
    });
    request.end(body);
  });
}
