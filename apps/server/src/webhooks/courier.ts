import { LIMITS, type WebhookAttempt, type WebhookFailureReason } from "@bincard/contracts";
import type { Courier, Parcel, Sent } from "@bincard/core";
import { attemptHeaders, eventBody } from "@bincard/webhooks";
import { VERSION } from "../version.ts";
import { guardedLookup, objectionTo, type Reach, type Resolve } from "./addresses.ts";
import { post, TimedOut } from "./post.ts";

export interface CourierOptions extends Reach {
  /** How names become addresses; the system's way when left out. */
  readonly resolve?: Resolve;
  /** Certificates to trust besides those that Node does. */
  readonly ca?: string;
  /** Default: `LIMITS.webhookSeconds`. */
  readonly milliseconds?: number;
}

/** Sends deliveries by HTTP: worded as Square's, signed as Square's and as Standard Webhooks'. */
export function httpCourier(options: CourierOptions): Courier {
  const { allowLocal, milliseconds = LIMITS.webhookSeconds * 1_000, ca } = options;
  const reach = { allowLocal };
  const lookup = guardedLookup(reach, options.resolve);
  return {
    objectionTo: (notificationUrl) => objectionTo(notificationUrl, reach),
    async send(parcel, signal): Promise<Sent> {
      const body = bodyOf(parcel);
      const now = Date.now();
      const headers = headersOf(parcel, { body, now });
      const begun = performance.now();
      const posting = { headers, body, reach, lookup, signal, milliseconds, ca };
      const outcome = await post(parcel.notificationUrl, posting).then(
        answered,
        (error: unknown) => {
          if (signal.aborted) throw error;
          return failed(error);
        },
      );
      const at = new Date(now).toISOString();
      const took = Math.round(performance.now() - begun);
      return { attempt: { at, milliseconds: took, ...outcome }, payload: body };
    },
  };
}

function bodyOf({ deliveryId, merchantId, eventType, createdAt, counts }: Parcel): string {
  return eventBody({ id: deliveryId, merchantId, type: eventType, createdAt, counts });
}

function headersOf(
  parcel: Parcel,
  { body, now }: { readonly body: string; readonly now: number },
): Record<string, string> {
  const { deliveryId, notificationUrl, signatureKeys, firstAttemptAt, lastPosition, retry } =
    parcel;
  return {
    "user-agent": `bincard/${VERSION}`,
    ...attemptHeaders({
      id: deliveryId,
      body,
      notificationUrl,
      signatureKeys,
      now,
      firstAttemptAt: firstAttemptAt ?? new Date(now).toISOString(),
      position: lastPosition,
      ...(retry === undefined
        ? {}
        : { retry: { number: retry.number, because: retry.because ?? "other_error" } }),
    }),
  };
}

type Outcome = Pick<WebhookAttempt, "status" | "reason" | "detail">;

function answered(status: number): Outcome {
  return status >= 200 && status < 300 ? { status } : { status, reason: "http_error" };
}

/** A certificate that does not convince, or a TLS that does not come about. */
const OF_TLS = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/;

/** Nothing of what the other side said goes into it. */
function failed(error: unknown): Outcome {
  const code: unknown = Object(error)["code"];
  const name = typeof code === "string" ? code : "CLOSED";
  return { reason: reasonOf(error, name), detail: name };
}

function reasonOf(error: unknown, code: string): WebhookFailureReason {
  if (error instanceof TimedOut) return "http_timeout";
  return OF_TLS.test(code) ? "ssl_error" : "other_error";
}
