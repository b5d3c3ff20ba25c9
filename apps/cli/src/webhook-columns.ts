import type { WebhookAttempt, WebhookDelivery, WebhookSubscription } from "@bincard/contracts";
import type { Column } from "./table.ts";

const KEY: Column<WebhookSubscription> = {
  key: "signatureKey",
  title: "SIGNATURE KEY",
  value: ({ signatureKey }) => signatureKey,
};

export const SUBSCRIPTION_COLUMNS: readonly Column<WebhookSubscription>[] = [
  { key: "id", title: "ID", value: ({ id }) => id },
  { key: "name", title: "NAME", value: ({ name }) => name },
  { key: "enabled", title: "ENABLED", value: ({ enabled }) => (enabled ? "yes" : "no") },
  { key: "notificationUrl", title: "SENT TO", value: ({ notificationUrl }) => notificationUrl },
  { key: "position", title: "TOLD UP TO", value: ({ position }) => String(position) },
  { key: "failingSince", title: "FAILING SINCE", value: ({ failingSince }) => failingSince },
  { key: "createdAt", title: "CREATED AT", value: ({ createdAt }) => createdAt },
];
/** One subscription is shown with its key; a listing is read over a shoulder. */
export const ONE_SUBSCRIPTION_COLUMNS = [...SUBSCRIPTION_COLUMNS, KEY];

export const DELIVERY_COLUMNS: readonly Column<WebhookDelivery>[] = [
  { key: "id", title: "ID", value: ({ id }) => id },
  { key: "state", title: "STATE", value: ({ state }) => state },
  { key: "attempts", title: "ATTEMPTS", value: ({ attemptCount }) => String(attemptCount) },
  { key: "last", title: "LAST ATTEMPT", value: ({ lastAttempt }) => outcomeOf(lastAttempt) },
  { key: "nextAttemptAt", title: "NEXT ATTEMPT", value: ({ nextAttemptAt }) => nextAttemptAt },
  {
    key: "positions",
    title: "POSITIONS",
    value: ({ firstPosition: first, lastPosition: last }) =>
      first === last ? String(first) : `${first} to ${last}`,
  },
  { key: "counts", title: "COUNTS", value: ({ countCount }) => String(countCount) },
  { key: "createdAt", title: "CREATED AT", value: ({ createdAt }) => createdAt },
  {
    key: "subscriptionId",
    title: "SUBSCRIPTION",
    value: ({ subscriptionId }) => subscriptionId,
  },
];

export const ATTEMPT_COLUMNS: readonly Column<WebhookAttempt>[] = [
  { key: "at", title: "AT", value: ({ at }) => at },
  { key: "outcome", title: "OUTCOME", value: outcomeOf },
  { key: "milliseconds", title: "MILLISECONDS", value: ({ milliseconds }) => String(milliseconds) },
];

/** `200`, `http_error 503`, `other_error ECONNREFUSED` */
export function outcomeOf(attempt: WebhookAttempt | undefined): string | undefined {
  if (attempt === undefined) return undefined;
  const { status, reason, detail } = attempt;
  return [reason, status, detail].filter((part) => part !== undefined).join(" ");
}
