import { randomBytes, randomUUID } from "node:crypto";
import { type Count, LIMITS, WEBHOOK_EVENT_TYPES, type WebhookAttempt } from "@bincard/contracts";
import { attemptHeaders, eventBody } from "@bincard/webhooks";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/** An address that events are forwarded to from here. */
export interface Forwarding {
  readonly url: string;
  readonly signatureKey: string;
  readonly merchantId: string;
}

/** What was forwarded, and what became of it. */
export interface Forwarded {
  readonly id: string;
  readonly position: number;
  readonly counts: number;
  readonly attempt: WebhookAttempt;
}

/** A key as subscriptions have it. */
export const newSignatureKey = (): string => randomBytes(32).toString("base64");

/** The address as it was given: Square's signature covers it to the letter. */
export function addressOf(given: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw new Complaint("USAGE", `"${given}" is not an address`, {
    exitCode: EXIT_CODES.usage,
    hint: "such as http://localhost:3000/hooks/bincard",
  });
}

/** Posts one event as a server would, once. Never rejects, unless `interrupted` is aborted. */
export async function forward(
  { url, signatureKey, merchantId }: Forwarding,
  told: { readonly counts: readonly Count[]; readonly position: number },
  interrupted: AbortSignal,
): Promise<Forwarded> {
  const id = randomUUID();
  const now = Date.now();
  const at = new Date(now).toISOString();
  const [type] = WEBHOOK_EVENT_TYPES;
  const body = eventBody({ id, merchantId, type, createdAt: at, counts: told.counts });
  const headers = attemptHeaders({
    id,
    body,
    notificationUrl: url,
    signatureKeys: [signatureKey],
    now,
    firstAttemptAt: at,
    position: told.position,
  });
  const late = AbortSignal.timeout(LIMITS.webhookSeconds * 1_000);
  const begun = performance.now();
  const outcome = await post(url, { headers, body, signal: AbortSignal.any([late, interrupted]) })
    .then(answered)
    .catch((error: unknown) => {
      interrupted.throwIfAborted();
      return failed(error, late.aborted);
    });
  const milliseconds = Math.round(performance.now() - begun);
  const attempt = { at, milliseconds, ...outcome };
  return { id, position: told.position, counts: told.counts.length, attempt };
}

type Outcome = Omit<WebhookAttempt, "at" | "milliseconds">;

async function post(
  url: string,
  sent: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<number> {
  const answer = await fetch(url, { method: "POST", redirect: "manual", ...sent });
  await answer.body?.cancel();
  return answer.status;
}

const answered = (status: number): Outcome =>
  status >= 200 && status < 300 ? { status } : { status, reason: "http_error" };

function failed(error: unknown, isLate: boolean): Outcome {
  if (isLate) return { reason: "http_timeout" };
  const code: unknown = Object(Object(error)["cause"])["code"];
  return { reason: "other_error", detail: typeof code === "string" ? code : "no answer" };
}
