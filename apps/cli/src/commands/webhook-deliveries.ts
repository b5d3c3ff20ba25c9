import type { Bincard } from "@bincard/client";
import {
  type Given,
  type Operations,
  WEBHOOK_DELIVERY_STATES,
  type WebhookDelivery,
  type WebhookDeliveryState,
} from "@bincard/contracts";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { DeliveriesOptions, ReplayOptions } from "../declarations/webhooks.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printListing } from "../extent.ts";
import type { AskPage } from "../listing.ts";
import { printAnswer, printOne } from "../print.ts";
import { ATTEMPT_COLUMNS, DELIVERY_COLUMNS } from "../webhook-columns.ts";

type Filter = Given<Operations["webhooks"]["deliveries"]>;

function askDeliveries({ webhooks }: Bincard, filter: Filter): AskPage<WebhookDelivery> {
  return async (extent) => {
    const { deliveries, cursor } = await webhooks.deliveries({ ...filter, ...extent });
    return { items: deliveries, ...(cursor !== undefined && { cursor }) };
  };
}

/** The listing, or one of them with each attempt at it. */
export async function listDeliveries(
  context: Context,
  { args: [id], options }: Call<DeliveriesOptions>,
) {
  const client = await context.client();
  if (id !== undefined) {
    const { delivery } = await client.webhooks.delivery({ id });
    const view = { columns: ATTEMPT_COLUMNS, rows: delivery.attempts };
    if (context.format === "table")
      await printOne(context, delivery, { columns: DELIVERY_COLUMNS, row: delivery });
    await printAnswer(context, delivery, view);
    return;
  }
  const { subscription, state } = options;
  const states = state?.flatMap((words) => words.split(",")).map(stateOf);
  await printListing(context, {
    ask: askDeliveries(client, {
      ...(subscription !== undefined && { subscriptionId: subscription }),
      ...(states !== undefined && { states }),
    }),
    options,
    view: { columns: DELIVERY_COLUMNS, show: (rows) => rows },
  });
}

export async function replay(
  context: Context,
  { args: [subscriptionId = ""], options: { delivery, after, through } }: Call<ReplayOptions>,
) {
  const client = await context.client();
  const answer = await client.webhooks.replay({
    subscriptionId,
    ...(delivery !== undefined && { deliveryId: delivery }),
    ...(after !== undefined && { afterPosition: positionOf(after, "--after") }),
    ...(through !== undefined && { throughPosition: positionOf(through, "--through") }),
  });
  await printOne(context, answer, {
    columns: [{ key: "queued", title: "QUEUED", value: ({ queued }) => String(queued) }],
    row: answer,
  });
  await context.note(`watch: bincard webhooks deliveries --subscription ${subscriptionId}`);
}

function stateOf(given: string): WebhookDeliveryState {
  const word = given.trim().toUpperCase();
  const state = WEBHOOK_DELIVERY_STATES.find((known) => known === word);
  if (state !== undefined) return state;
  throw usage(
    `"${given}" is not a state of a delivery`,
    `states: ${WEBHOOK_DELIVERY_STATES.join(", ")}`,
  );
}

function positionOf(text: string, flag: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usage(`${flag} must be a position, a whole number; got "${text}"`);
}

function usage(message: string, hint?: string): Complaint {
  const exitCode = EXIT_CODES.usage;
  return new Complaint("USAGE", message, hint === undefined ? { exitCode } : { exitCode, hint });
}
