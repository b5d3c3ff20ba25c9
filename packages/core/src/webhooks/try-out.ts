import { randomUUID } from "node:crypto";
import {
  type Answer,
  type Count,
  formatTime,
  type Operations,
  type Parsed,
  Refusal,
  refuse,
} from "@bincard/contracts";
import { pageAfter } from "../read-feed.ts";
import { plainCount } from "../rules/told-counts.ts";
import type { Connections, Sql } from "../store/connect.ts";
import { readPlace } from "../store/feed.ts";
import { readSubscription } from "../store/webhook-subscriptions.ts";
import type { Desk } from "./desk.ts";
import { parcelOf } from "./parcels.ts";
import { type AskedBy, noSubscription } from "./subscriptions.ts";

type Test = Operations["webhooks"]["test"];

/**
 * Sends one event now and answers what became of it. It tells the truth, so that a receiver may take it for any other: the
 * count that changed last, or none where nothing ever did.
 */
export async function tryOut(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<Test>>,
): Promise<Answer<Test>> {
  const { merchantId } = principal;
  const { vault, courier } = desk.configured();
  const subscription = await readSubscription(sql, merchantId, input.id);
  if (subscription === undefined) throw noSubscription(input.id);
  const { eventTypes, notificationUrl } = subscription;
  const [first] = eventTypes;
  const eventType = input.eventType ?? first;
  if (eventType === undefined || !eventTypes.includes(eventType))
    throw refuse("INVALID_VALUE", `must be one of the subscription's: ${eventTypes.join(", ")}`, {
      path: ["eventType"],
    });
  const newest = await newestCount(sql, merchantId);
  const id = randomUUID();
  const told = {
    id,
    eventType,
    createdAt: formatTime(Date.now() * 1_000),
    ...newest,
    attempts: [],
    attemptCount: 0,
  };
  const parcel = parcelOf({ vault, merchantId, subscription }, told);
  if (parcel === undefined)
    throw refuse(
      "NOT_CONFIGURED",
      "the signature key was kept under another BINCARD_SECRET_KEY: rotate it",
    );
  const { attempt, payload } = await courier.send(parcel, new AbortController().signal);
  return { result: { id, notificationUrl, payload, attempt } };
}

async function newestCount(
  sql: Sql,
  merchantId: string,
): Promise<{ counts: Count[]; lastPosition: number }> {
  const lastPosition = await readPlace(sql, merchantId, undefined);
  try {
    const asked = { after: Math.max(0, lastPosition - 1), limit: 1 };
    const { counts } = await pageAfter({ sql }, merchantId, asked);
    return { counts: counts.slice(0, 1).map(plainCount), lastPosition };
  } catch (error) {
    // The change is archived, or just gone on: then it tells of none.
    if (error instanceof Refusal) return { counts: [], lastPosition };
    throw error;
  }
}
