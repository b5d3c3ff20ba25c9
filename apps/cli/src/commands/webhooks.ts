import type { Bincard } from "@bincard/client";
import {
  WEBHOOK_EVENT_TYPES,
  type WebhookEventType,
  type WebhookSubscription,
} from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { Complaint } from "../complaint.ts";
import { confirmed } from "../confirm.ts";
import type { Context } from "../context.ts";
import type { ExtentOptions } from "../declarations/reading.ts";
import type {
  CreateWebhookOptions,
  SureOptions,
  UpdateWebhookOptions,
} from "../declarations/webhooks.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printListing } from "../extent.ts";
import type { AskPage } from "../listing.ts";
import { printOne } from "../print.ts";
import { ONE_SUBSCRIPTION_COLUMNS, SUBSCRIPTION_COLUMNS } from "../webhook-columns.ts";

function askWebhooks({ webhooks }: Bincard): AskPage<WebhookSubscription> {
  return async (extent) => {
    const { subscriptions, cursor } = await webhooks.list(extent);
    return { items: subscriptions, ...(cursor !== undefined && { cursor }) };
  };
}

async function printSubscription(
  context: Context,
  subscription: WebhookSubscription,
): Promise<void> {
  await printOne(context, subscription, { columns: ONE_SUBSCRIPTION_COLUMNS, row: subscription });
}

export async function listWebhooks(context: Context, { options }: Call<ExtentOptions>) {
  await printListing(context, {
    ask: askWebhooks(await context.client()),
    options,
    view: { columns: SUBSCRIPTION_COLUMNS, show: (rows) => rows },
  });
}

export async function getWebhook(context: Context, { args: [id = ""] }: Call<unknown>) {
  const client = await context.client();
  await printSubscription(context, (await client.webhooks.get({ id })).subscription);
}

export async function createWebhook(
  context: Context,
  { args: [notificationUrl = ""], options: { name, type, disabled } }: Call<CreateWebhookOptions>,
) {
  const eventTypes = (type ?? [WEBHOOK_EVENT_TYPES[0]]).map(eventTypeOf);
  const client = await context.client();
  const { subscription } = await client.webhooks.create({
    notificationUrl,
    eventTypes,
    ...(name !== undefined && { name }),
    ...(disabled === true && { enabled: false }),
  });
  await printSubscription(context, subscription);
  await context.note(`try it: bincard webhooks trigger ${subscription.id}`);
}

export async function updateWebhook(
  context: Context,
  { args: [id = ""], options: { name, url, enable, disable } }: Call<UpdateWebhookOptions>,
) {
  if (enable === true && disable === true)
    throw new Complaint("USAGE", "--enable and --disable exclude each other", {
      exitCode: EXIT_CODES.usage,
    });
  const isSwitched = enable === true || disable === true;
  const client = await context.client();
  const { subscription } = await client.webhooks.update({
    id,
    ...(name !== undefined && { name }),
    ...(url !== undefined && { notificationUrl: url }),
    ...(isSwitched && { enabled: enable === true }),
  });
  await printSubscription(context, subscription);
}

export async function deleteWebhook(
  context: Context,
  { args: [id = ""], options: { yes } }: Call<SureOptions>,
) {
  await confirmed(context, { question: `end the subscription ${id} for ever?`, yes });
  const client = await context.client();
  const answer = await client.webhooks.delete({ id });
  await printOne(context, answer, {
    columns: [{ key: "deletedId", title: "DELETED", value: ({ deletedId }) => deletedId }],
    row: answer,
  });
}

export async function rotateWebhook(
  context: Context,
  { args: [id = ""], options: { yes } }: Call<SureOptions>,
) {
  const question = `give ${id} a new signature key? Receivers that verify Square's header need it at once`;
  await confirmed(context, { question, yes });
  const client = await context.client();
  await printSubscription(context, (await client.webhooks.rotateKey({ id })).subscription);
}

export function eventTypeOf(given: string): WebhookEventType {
  const type = WEBHOOK_EVENT_TYPES.find((known) => known === given);
  if (type !== undefined) return type;
  throw new Complaint("USAGE", `"${given}" is not an event type`, {
    exitCode: EXIT_CODES.usage,
    hint:
      didYouMean(given, WEBHOOK_EVENT_TYPES) ?? `event types: ${WEBHOOK_EVENT_TYPES.join(", ")}`,
  });
}
