import { makeIdempotencyKey } from "@bincard/client";
import type { Location } from "@bincard/contracts";
import { useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { CopyAs } from "../components/copy-as-button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { SelectField } from "../components/field.tsx";
import { say } from "../components/toasts.tsx";
import { besideFields } from "../failures.tsx";
import { useCatalog } from "../ledger/catalog-index.ts";
import { type Report, sendReport } from "../ledger/report-deed.ts";
import { fullName } from "../ledger/variation.ts";
import { callOf, type Deed, type Verb, VERB_WORDS, verbsOf } from "../ledger/verbs.ts";
import { ChangeForm, deedOf, type Draft, type Refused } from "./change-form.tsx";
import { ItemPicker } from "./item-picker.tsx";

/** What is done to stock, asked for in full: which item, where, how many. */
export function ChangeDialog({
  verb,
  item,
  place,
  locations,
  onClose,
}: {
  readonly verb: Verb;
  /** Filled in already, if known. */
  readonly item: string | undefined;
  readonly place: string | undefined;
  readonly locations: readonly Location[];
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState<Draft>({
    verb,
    catalogObjectId: item ?? "",
    locationId: place ?? locations[0]?.id ?? "",
    state: "IN_STOCK",
    quantity: "",
  });
  const { refused, busy, send } = useSending();
  const another = useRef(false);
  const [shownKey] = useState(makeIdempotencyKey);
  const [done, setDone] = useState(0);
  const { byId } = useCatalog();
  const { fields } = besideFields(refused?.error, [
    "catalogObjectId",
    "locationId",
    "fromLocationId",
  ]);
  const submit = async (report: Report, then: "close" | "stay") => {
    if (!(await send(report))) return;
    say({ title: told(report.deed, byId.get(report.deed.catalogObjectId), locations) });
    if (then === "close") onClose();
    else {
      setDraft({ ...draft, catalogObjectId: "", quantity: "" });
      setDone(done + 1);
    }
  };
  return (
    <Dialog open onClose={onClose} title={VERB_WORDS[draft.verb].label}>
      <ChangeForm
        draft={draft}
        onDraft={setDraft}
        verbs={verbsOf("IN_STOCK")}
        locations={locations}
        refused={refused}
        busy={busy}
        onCancel={onClose}
        onSubmit={(report) => {
          void submit(report, another.current ? "stay" : "close");
          another.current = false;
        }}
        subject={
          <>
            <ItemPicker
              // After one is done, the next is asked for with an empty box.
              key={done}
              value={draft.catalogObjectId}
              onChange={(catalogObjectId) => setDraft({ ...draft, catalogObjectId })}
              error={fields.catalogObjectId}
            />
            <SelectField
              label={draft.verb === "move" ? "From" : "Location"}
              choices={locations.map(({ id, name }) => ({ value: id, label: name }))}
              value={draft.locationId}
              onChange={(event) => setDraft({ ...draft, locationId: event.target.value })}
              error={fields.locationId ?? fields.fromLocationId}
            />
          </>
        }
        more={
          <Button type="submit" disabled={busy} onClick={() => (another.current = true)}>
            and another
          </Button>
        }
        spelling={<CopyAs look="quiet" call={callOf(deedOf(draft), shownKey)} />}
      />
    </Dialog>
  );
}

function useSending() {
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const send = async (report: Report): Promise<boolean> => {
    setBusy(true);
    try {
      await sendReport(report);
      setRefused(undefined);
      return true;
    } catch (error) {
      setRefused({ report, error });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { refused, busy, send };
}

/** "Received 12 × Tea at Main" */
function told(
  { verb, quantity, locationId, catalogObjectId }: Deed,
  item: Parameters<typeof fullName>[0] | undefined,
  locations: readonly Location[],
): string {
  const what = item === undefined ? catalogObjectId : fullName(item);
  const where = locations.find(({ id }) => id === locationId)?.name ?? locationId;
  return `${VERB_WORDS[verb].done} ${quantity.trim()} × ${what} at ${where}`;
}
