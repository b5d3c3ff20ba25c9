import type { Count, WebhookAttempt } from "@bincard/contracts";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { TriggerOptions } from "../declarations/webhooks.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { addressOf, forward, newSignatureKey } from "../forward.ts";
import { printOne } from "../print.ts";
import { ATTEMPT_COLUMNS } from "../webhook-columns.ts";
import { eventTypeOf } from "./webhooks.ts";

/** Sends one event now, from the server to a subscription or from here to an address. */
export async function trigger(
  context: Context,
  { args: [id], options: { type, forwardTo, key } }: Call<TriggerOptions>,
): Promise<ExitCode> {
  if ((id === undefined) === (forwardTo === undefined))
    throw new Complaint("USAGE", "name a subscription, or --forward-to an address", {
      exitCode: EXIT_CODES.usage,
      hint: "see: bincard help webhooks trigger",
    });
  const client = await context.client();
  if (id !== undefined) {
    const { result } = await client.webhooks.test({
      id,
      ...(type !== undefined && { eventType: eventTypeOf(type) }),
    });
    return told(context, result.attempt, result);
  }
  const { merchant } = await client.tokens.current();
  const { counts: newest } = await client.counts.list({ limit: 1 });
  const counts: readonly Count[] = newest;
  const signatureKey = key ?? newSignatureKey();
  const forwarding = { url: addressOf(forwardTo ?? ""), signatureKey, merchantId: merchant.id };
  const { position } = await client.feed.locate();
  const sent = await forward(forwarding, { counts, position }, context.io.interrupted);
  if (key === undefined) await context.note(`signed with the key ${signatureKey}`);
  return told(context, sent.attempt, sent);
}

async function told(context: Context, attempt: WebhookAttempt, answer: object): Promise<ExitCode> {
  await printOne(context, answer, {
    columns: ATTEMPT_COLUMNS.map((column) => ({ ...column, value: () => column.value(attempt) })),
    row: answer,
  });
  return attempt.reason === undefined ? EXIT_CODES.ok : EXIT_CODES.failure;
}
