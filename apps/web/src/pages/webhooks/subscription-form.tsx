import { makeIdempotencyKey } from "@bincard/client";
import type { WebhookSubscription } from "@bincard/contracts";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { besideFields, FailureNote } from "../../failures.tsx";
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
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const inputOf = (given: FormData) => ({
    idempotencyKey,
    name: textIn(given, "name"),
    notificationUrl: textIn(given, "notificationUrl"),
    eventTypes: ["inventory.count.updated" as const],
  });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    setBusy(true);
    setError(undefined);
    try {
      const { subscription } = await bincard.webhooks.create(input);
      await readAgain();
      onMade(subscription);
    } catch (thrown) {
      setError(thrown);
      // A refusal is the key's answer; where nobody knows, the same key settles it.
      if (!isOpen(thrown)) setKey(makeIdempotencyKey());
      setBusy(false);
    }
  };
  const beside = besideFields(error, ["name", "notificationUrl"]);
  const isBeside = Object.keys(beside.fields).length > 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title="New subscription"
      description="Counts are posted to it as they change, signed, and again until it takes them."
    >
      <form ref={form} className="space-y-4" onSubmit={(event) => void submit(event)}>
        <TextField
          label="Address"
          name="notificationUrl"
          inputMode="url"
          autoFocus
          placeholder="https://"
          error={beside.fields.notificationUrl}
          hint="An https address that answers with 2xx within ten seconds."
        />
        <TextField label="Name" name="name" error={beside.fields.name} hint="For people." />
        {error === undefined || isBeside ? null : <FailureNote error={error} />}
        <div className="flex justify-end gap-2">
          <CopyAs
            look="quiet"
            call={() => ({
              operation: "webhooks.create",
              input: inputOf(new FormData(form.current ?? undefined)),
            })}
          />
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            {isBusy ? "Making…" : "Subscribe"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
