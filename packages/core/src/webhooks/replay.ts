import { randomUUID } from "node:crypto";
import {
  type Answer,
  type Count,
  LIMITS,
  type Operations,
  type Parsed,
  refuse,
} from "@bincard/contracts";
import { pageAfter } from "../read-feed.ts";
import { keyText } from "../rules/moves.ts";
import { parted, plainCount } from "../rules/told-counts.ts";
import type { Connections, Sql, Statement } from "../store/connect.ts";
import { untilDone } from "../store/transaction.ts";
import {
  insertDeliveries,
  replaceUndelivered,
  requeueDelivery,
} from "../store/webhook-deliveries.ts";
import { holdSubscription, readSubscription } from "../store/webhook-subscriptions.ts";
import { noDelivery } from "./deliveries.ts";
import type { Desk } from "./desk.ts";
import { type AskedBy, noSubscription } from "./subscriptions.ts";

type Replay = Operations["webhooks"]["replay"];

/** Changes that are read at once. */
const PAGE = 1_000;

/**
 * One delivery again as it was; or everything that changed between two positions told anew, as it stands now. What had
 * not been delivered of these positions is replaced by that.
 */
export async function replayDeliveries(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<Replay>>,
): Promise<Answer<Replay>> {
  desk.configured();
  const { merchantId } = principal;
  const { subscriptionId, deliveryId, afterPosition = 0, throughPosition } = input;
  const subscription = await readSubscription(sql, merchantId, subscriptionId);
  if (subscription === undefined) throw noSubscription(subscriptionId, "subscriptionId");
  const held = async <T>(work: (inside: Statement) => Promise<T>) =>
    untilDone(() =>
      sql.begin(async (inside) => {
        if (!(await holdSubscription(inside, { merchantId, id: subscriptionId })))
          throw noSubscription(subscriptionId, "subscriptionId");
        return work(inside);
      }),
    );
  if (deliveryId !== undefined) {
    const again = { merchantId, subscriptionId, id: deliveryId };
    if (!(await held((inside) => requeueDelivery(inside, again))))
      throw noDelivery(deliveryId, "deliveryId");
    return { queued: 1 };
  }
  // What comes after is on its way in any case.
  const through = Math.min(throughPosition ?? subscription.position, subscription.position);
  if (through <= afterPosition) return { queued: 0 };
  if (through - afterPosition > LIMITS.webhookPositionsPerReplay) throw tooMany();
  const span = { merchantId, subscriptionId, afterPosition, throughPosition: through };
  const counts = await countsChanged(sql, span);
  const [eventType] = subscription.eventTypes;
  if (eventType === undefined) throw new Error("a subscription names an event type");
  const made = {
    merchantId,
    subscriptionId,
    eventType,
    firstPosition: afterPosition + 1,
    lastPosition: through,
    deliveries: parted(counts, LIMITS.webhookCountsPerDelivery).map((part, place) => ({
      id: randomUUID(),
      part: place,
      counts: part,
    })),
  };
  await held(async (inside) => {
    await replaceUndelivered(inside, span);
    await insertDeliveries(inside, made);
  });
  return { queued: made.deliveries.length };
}

function tooMany() {
  const most = LIMITS.webhookPositionsPerReplay;
  return refuse(
    "TOO_HIGH",
    `at most ${most} positions are told anew at once: replay range after range, or read the feed`,
    { path: ["throughPosition"] },
  );
}

interface Span {
  readonly merchantId: string;
  readonly afterPosition: number;
  readonly throughPosition: number;
}

/** Every count whose key a change of these positions names, once, as it stands. */
async function countsChanged(
  sql: Sql,
  { merchantId, afterPosition, throughPosition }: Span,
): Promise<Count[]> {
  const found = new Map<string, Count>();
  let after = afterPosition;
  while (after < throughPosition) {
    const limit = Math.min(PAGE, throughPosition - after);
    const page = await pageAfter({ sql }, merchantId, { after, limit });
    for (const count of page.counts) found.set(keyText(count), plainCount(count));
    if (page.position <= after) break;
    after = page.position;
  }
  return [...found.values()];
}
