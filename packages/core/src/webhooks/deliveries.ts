import {
  type Answer,
  type Operations,
  type Parsed,
  type Refusal,
  refuse,
  type WebhookDelivery,
} from "@bincard/contracts";
import { fromCursor, pageOf, toCursor } from "../cursor.ts";
import type { Connections } from "../store/connect.ts";
import {
  listStoredDeliveries,
  readDelivery,
  type StoredDelivery,
} from "../store/webhook-deliveries.ts";
import type { Desk } from "./desk.ts";
import type { AskedBy } from "./subscriptions.ts";

type ListDeliveries = Operations["webhooks"]["deliveries"];
type GetDelivery = Operations["webhooks"]["delivery"];

export function noDelivery(id: string, field = "id"): Refusal {
  return refuse("NOT_FOUND", `there is no webhook delivery ${id}`, {
    path: [field],
    subject: { kind: "webhook delivery", id },
  });
}

function shown(stored: StoredDelivery): WebhookDelivery {
  const { counts, attempts, nextAttemptAt, ...rest } = stored;
  const lastAttempt = attempts.at(-1);
  return {
    ...rest,
    countCount: counts.length,
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }),
    ...(lastAttempt === undefined ? {} : { lastAttempt }),
  };
}

/** Newest first. */
export async function listDeliveries(
  { sql }: Connections,
  _desk: Desk,
  { principal: { merchantId }, input }: AskedBy<Parsed<ListDeliveries>>,
): Promise<Answer<ListDeliveries>> {
  const { subscriptionId, states, limit, cursor } = input;
  const filters = { subscriptionId, states };
  const listing = { operation: "webhooks.deliveries", merchantId, filters };
  const place = cursor === undefined ? undefined : fromCursor(listing, cursor, ["time", "text"]);
  const after = place && { createdAt: place[0], id: place[1] };
  const asked = { subscriptionId, states, after, limit: limit + 1 };
  const found = await listStoredDeliveries(sql, merchantId, asked);
  const { rows, ...rest } = pageOf(found, limit, (last) =>
    toCursor(listing, [last.createdAt, last.id]),
  );
  return { deliveries: rows.map(shown), ...rest };
}

/** With what it tells, and each attempt at it. */
export async function getDelivery(
  { sql }: Connections,
  _desk: Desk,
  { principal: { merchantId }, input: { id } }: AskedBy<Parsed<GetDelivery>>,
): Promise<Answer<GetDelivery>> {
  const stored = await readDelivery(sql, merchantId, id);
  if (stored === undefined) throw noDelivery(id);
  const { counts, attempts } = stored;
  return { delivery: { ...shown(stored), counts: [...counts], attempts: [...attempts] } };
}
