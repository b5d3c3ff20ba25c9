import { LIMITS } from "@bincard/contracts";
import type { WebhookSettings, WebhookWitness } from "@bincard/core";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { type Rate, TokenBuckets } from "../token-bucket.ts";
import { httpCourier } from "./courier.ts";

/** What the environment says of webhooks. */
export interface WebhookChoices {
  readonly secretKey: string;
  readonly allowLocal: boolean;
  readonly retryScale: number;
}

/** How a server sends webhooks, and whom it tells of it. */
export function webhookSettings(
  { secretKey, allowLocal, retryScale }: WebhookChoices,
  told: { readonly log: Log; readonly metrics: Metrics },
): WebhookSettings {
  return {
    secretKey,
    retryScale,
    courier: httpCourier({ allowLocal }),
    witness: witnessOf(told),
  };
}

/** A database that is away is not worth a line each time it is asked. */
const COMPLAINTS: Rate = { perSecond: 0.1, burst: 3 };

function witnessOf({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
  const complaints = new TokenBuckets(COMPLAINTS);
  const witness: WebhookWitness = {
    attempted: ({ reason, milliseconds }) => metrics.webhookAttempted(reason, milliseconds),
    failed(error) {
      if (complaints.take("") > 0) return;
      log.warn({ err: error }, "webhooks could not be looked after, and will be");
    },
    skipped: (subscription) =>
      log.warn(
        subscription,
        "the feed no longer has what came next for this webhook subscription: it goes on at the end",
      ),
    gaveUp: (subscription) =>
      log.warn(
        subscription,
        `this webhook subscription has failed for ${LIMITS.webhookFailingDays} days: it is disabled`,
      ),
  };
  return witness;
}
