import type { WebhookAttempt, WebhookFailureReason } from "@bincard/contracts";

const REASONS: Readonly<Record<WebhookFailureReason, string>> = {
  http_timeout: "It did not answer in time",
  http_error: "Refused",
  ssl_error: "Its certificate was not good",
  other_error: "It could not be reached",
};

/** How an attempt went, in a sentence. */
export function attemptText({ status, reason, detail, milliseconds }: WebhookAttempt): string {
  const took = `${milliseconds.toLocaleString()}\u00A0ms`;
  if (reason === undefined) return `Delivered: HTTP\u00A0${String(status ?? "")}, ${took}`;
  const why = status === undefined ? (detail ?? "") : `HTTP\u00A0${status}`;
  return `${REASONS[reason]}${why === "" ? "" : `: ${why}`}, ${took}`;
}
