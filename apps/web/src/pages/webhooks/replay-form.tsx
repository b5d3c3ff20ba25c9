import type { WebhookSubscription } from "@bincard/contracts";
import { TextField } from "../../components/field.tsx";
import { say } from "../../components/toasts.tsx";
import { FormDialog } from "../../forms/form-dialog.tsx";
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
  const inputOf = (given: FormData) => {
    const through = textIn(given, "throughPosition");
    return {
      subscriptionId: subscription.id,
      afterPosition: Number(textIn(given, "afterPosition")),
      ...(through !== "" && { throughPosition: Number(through) }),
    };
  };
  const send = async (input: ReturnType<typeof inputOf>) => {
    const { queued } = await bincard.webhooks.replay(input);
    say({
      title: `${queued.toLocaleString()} ${queued === 1 ? "delivery is" : "deliveries are"} sent`,
    });
    await readAgain();
    onClose();
  };
  return (
    <FormDialog
      title="Replay"
      description="Counts of everything that changed between two positions, as they stand now."
      operation="webhooks.replay"
      fields={["afterPosition", "throughPosition"]}
      inputOf={inputOf}
      send={send}
      submitWord="Replay"
      onClose={onClose}
    >
      {(beside) => (
        <>
          <TextField
            label="After position"
            name="afterPosition"
            type="number"
            min={0}
            defaultValue={0}
            error={beside.afterPosition}
            hint="0 is the beginning of the log."
          />
          <TextField
            label="Through position"
            name="throughPosition"
            type="number"
            min={1}
            error={beside.throughPosition}
            hint={`Empty: as far as it has been told, ${subscription.position.toLocaleString()}.`}
          />
        </>
      )}
    </FormDialog>
  );
}
