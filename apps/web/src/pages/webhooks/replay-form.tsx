import type { WebhookSubscription } from "@bincard/contracts";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { say } from "../../components/toasts.tsx";
import { besideFields, FailureNote } from "../../failures.tsx";
import { textIn } from "../../forms/text-in.ts";
import { bincard } from "../../ledger/client.ts";
import { readAgain } from "./subscriptions.ts";

/** Everything that changed between two positions, told anew with the counts as they stand. */
export function ReplayForm({
  subscription,
  onClose,
}: {
  readonly subscription: WebhookSubscription;
  readonly onClose: () => void;
}) {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const inputOf = (given: FormData) => {
    const through = textIn(given, "throughPosition");
    return {
      subscriptionId: subscription.id,
      afterPosition: Number(textIn(given, "afterPosition")),
      ...(through !== "" && { throughPosition: Number(through) }),
    };
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    setBusy(true);
    setError(undefined);
    try {
      const { queued } = await bincard.webhooks.replay(input);
      say({
        title: `${queued.toLocaleString()} ${queued === 1 ? "delivery is" : "deliveries are"} sent`,
      });
      await readAgain();
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const beside = besideFields(error, ["afterPosition", "throughPosition"]);
  const isBeside = Object.keys(beside.fields).length > 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Replay"
      description="Counts of everything that changed between two positions, as they stand now."
    >
      <form ref={form} className="space-y-4" onSubmit={(event) => void submit(event)}>
        <TextField
          label="After position"
          name="afterPosition"
          type="number"
          min={0}
          defaultValue={0}
          error={beside.fields.afterPosition}
          hint="0 is the beginning of the log."
        />
        <TextField
          label="Through position"
          name="throughPosition"
          type="number"
          min={1}
          error={beside.fields.throughPosition}
          hint={`Empty: as far as it has been told, ${subscription.position.toLocaleString()}.`}
        />
        {error === undefined || isBeside ? null : <FailureNote error={error} />}
        <div className="flex justify-end gap-2">
          <CopyAs
            look="quiet"
            call={() => ({
              operation: "webhooks.replay",
              input: inputOf(new FormData(form.current ?? undefined)),
            })}
          />
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            Replay
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
