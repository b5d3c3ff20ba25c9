import { randomUUID } from "node:crypto";
import { type Order, statesOf, type World } from "../work.ts";

/** How an order is sent over HTTP: each way's path and body. */
export type Door = "trpc" | "square" | "naive" | "echo" | "echo, body read";

export interface Sent {
  readonly path: string;
  readonly body: string;
  readonly token: string;
}

/** Bodies are put together from text: the sender's CPU is taken from the same machine. */
export function sentBy(door: Door, { merchants }: World): (order: Order) => Sent {
  const path = PATHS[door];
  const write = door === "square" ? squareBody : door === "naive" ? naiveBody : trpcBody;
  return (order) => {
    const { token = "", locationId = "", id = "" } = merchants[order.merchant] ?? {};
    const occurredAt = new Date().toISOString();
    return { path, body: write(order, { locationId, merchant: id, occurredAt }), token };
  };
}

const PATHS: Readonly<Record<Door, string>> = {
  trpc: "/trpc/changes.create",
  square: "/v2/inventory/changes/batch-create",
  naive: "/record",
  echo: "/echo",
  "echo, body read": "/read",
};

interface Said {
  readonly merchant: string;
  readonly locationId: string;
  readonly occurredAt: string;
}

function trpcBody(order: Order, { locationId, occurredAt }: Said): string {
  const { from, to } = statesOf(order);
  const rest = `","locationId":"${locationId}","fromState":"${from}","toState":"${to}","quantity":"1","occurredAt":"${occurredAt}"}`;
  const changes = order.items
    .map((item) => `{"type":"ADJUSTMENT","catalogObjectId":"${item}${rest}`)
    .join(",");
  return `{"idempotencyKey":"${randomUUID()}","changes":[${changes}]}`;
}

function squareBody(order: Order, { locationId, occurredAt }: Said): string {
  const { from, to } = statesOf(order);
  const rest = `","location_id":"${locationId}","from_state":"${from}","to_state":"${to}","quantity":"1","occurred_at":"${occurredAt}"}}`;
  const changes = order.items
    .map((item) => `{"type":"ADJUSTMENT","adjustment":{"catalog_object_id":"${item}${rest}`)
    .join(",");
  return `{"idempotency_key":"${randomUUID()}","changes":[${changes}]}`;
}

function naiveBody(order: Order, { merchant, locationId, occurredAt }: Said): string {
  const quantity = order.items.length === 1 ? "-1" : "1";
  const rest = `","location":"${locationId}","quantity":"${quantity}","occurredAt":"${occurredAt}"}`;
  const changes = order.items.map((item) => `{"item":"${item}${rest}`).join(",");
  return `{"merchant":"${merchant}","changes":[${changes}]}`;
}
