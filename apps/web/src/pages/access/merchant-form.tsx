import type { Merchant } from "@bincard/contracts";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { besideFields, FailureNote } from "../../failures.tsx";
import { textIn } from "../../forms/text-in.ts";
import { bincard } from "../../ledger/client.ts";

const inputOf = (given: FormData) => ({ name: textIn(given, "name") });

/** A tenant of its own: nothing of it is seen from another. */
export function MerchantForm({
  onMade,
  onClose,
}: {
  readonly onMade: (merchant: Merchant) => void;
  readonly onClose: () => void;
}) {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    setBusy(true);
    try {
      const { merchant } = await bincard.merchants.create(input);
      onMade(merchant);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const beside = besideFields(error, ["name"]);
  return (
    <Dialog
      open
      onClose={onClose}
      title="New merchant"
      description="A ledger of its own. Walls stand between merchants."
    >
      <form ref={form} className="space-y-4" onSubmit={(event) => void submit(event)}>
        <TextField label="Name" name="name" autoFocus error={beside.fields.name} />
        {error !== undefined && beside.fields.name === undefined ? (
          <FailureNote error={error} />
        ) : null}
        <div className="flex justify-end gap-2">
          <CopyAs
            look="quiet"
            call={() => ({
              operation: "merchants.create",
              input: inputOf(new FormData(form.current ?? undefined)),
            })}
          />
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            Make it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
