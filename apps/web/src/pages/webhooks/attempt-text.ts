import type { WebhookAttempt, WebhookFailureReason } from "@bincard/contracts";

const REASONS: Readonly<Record<WebhookFailureReason, string>> = {
  http_timeout: "It did not answer in time",
  http_error: "It answered with an error",
  ssl_error: "Its certificate was not good",
  other_error: "It could not be reached",
};

/** How an attempt went, in a sentence. */
export function attemptText({ status, reason, detail, milliseconds }: WebhookAttempt): string {
  const took = `${milliseconds.toLocaleString()} ms`;
  if (reason === undefined) return `Delivered: HTTP ${String(status ?? "")}, ${took}`;
  const why = status === undefined ? (detail ?? "") : `HTTP ${status}`;
  return `${REASONS[reason]}${why === "" ? "" : `: ${why}`}, ${took}`;
}
