import type { Merchant } from "@bincard/contracts";
import { TextField } from "../../components/field.tsx";
import { FormDialog } from "../../forms/form-dialog.tsx";
import { textIn } from "../../forms/text-in.ts";
import { bincard } from "../../ledger/client.ts";

/** A tenant of its own: nothing of it is seen from another. */
export function MerchantForm({
  onMade,
  onClose,
}: {
  readonly onMade: (merchant: Merchant) => void;
  readonly onClose: () => void;
}) {
  return (
    <FormDialog
      title="New merchant"
      description="A ledger of its own. Walls stand between merchants."
      operation="merchants.create"
      fields={["name"]}
      inputOf={(given) => ({ name: textIn(given, "name") })}
      send={async (input) => onMade((await bincard.merchants.create(input)).merchant)}
      submitWord="Make it"
      onClose={onClose}
    >
      {(beside) => <TextField label="Name" name="name" autoFocus error={beside.name} />}
    </FormDialog>
  );
}
