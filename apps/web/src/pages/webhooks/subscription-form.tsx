import { makeIdempotencyKey } from "@bincard/client";
import type { WebhookSubscription } from "@bincard/contracts";
import { useState } from "react";
import { TextField } from "../../components/field.tsx";
import { FormDialog } from "../../forms/form-dialog.tsx";
import { textIn } from "../../forms/text-in.ts";
import { bincard } from "../../ledger/client.ts";
import { isOpen } from "../../ledger/report-deed.ts";
import { readAgain } from "./subscriptions.ts";

/** An address that is told of counts from now on. */
export function SubscriptionForm({
  onMade,
  onClose,
}: {
  readonly onMade: (subscription: WebhookSubscription) => void;
  readonly onClose: () => void;
}) {
  // Made once for what this form sends: sent twice, it makes one subscription (L6).
  const [idempotencyKey, setKey] = useState(makeIdempotencyKey);
  const inputOf = (given: FormData) => ({
    idempotencyKey,
    name: textIn(given, "name"),
    notificationUrl: textIn(given, "notificationUrl"),
    eventTypes: ["inventory.count.updated" as const],
  });
  const send = async (input: ReturnType<typeof inputOf>) => {
    try {
      const { subscription } = await bincard.webhooks.create(input);
      await readAgain();
      onMade(subscription);
    } catch (thrown) {
      // A refusal is the key's answer; where nobody knows, the same key settles it.
      if (!isOpen(thrown)) setKey(makeIdempotencyKey());
      throw thrown;
    }
  };
  return (
    <FormDialog
      title="New subscription"
      description="Counts are posted to it as they change, signed, and again until it takes them."
      operation="webhooks.create"
      fields={["name", "notificationUrl"]}
      inputOf={inputOf}
      send={send}
      submitWord="Subscribe"
      busyWord="Making…"
      onClose={onClose}
    >
      {(beside) => (
        <>
          <TextField
            label="Address"
            name="notificationUrl"
            inputMode="url"
            autoFocus
            placeholder="https://"
            error={beside.notificationUrl}
            hint="An https address that answers with 2xx within ten seconds."
          />
          <TextField label="Name" name="name" error={beside.name} hint="For people." />
        </>
      )}
    </FormDialog>
  );
}
