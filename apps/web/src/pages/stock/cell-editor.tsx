import { makeIdempotencyKey } from "@bincard/client";
import type { Location } from "@bincard/contracts";
import { useState } from "react";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { ChangeForm, type Draft, type Refused } from "../../forms/change-form.tsx";
import type { Report } from "../../ledger/report-deed.ts";
import { fullName } from "../../ledger/variation.ts";
import { callOf, verbsOf } from "../../ledger/verbs.ts";
import type { Opened } from "./sheet.tsx";

/** The form above a cell: Enter sends it, Escape goes back to the sheet. */
export function CellEditor({
  at: { variation, column, begun },
  locations,
  refused,
  onSubmit,
  onClose,
}: {
  readonly at: Opened;
  readonly locations: readonly Location[];
  /** What was typed before, and why it was refused. */
  readonly refused: Refused | undefined;
  readonly onSubmit: (report: Report) => void;
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState<Draft>(
    refused?.report.deed ?? {
      ...begun,
      catalogObjectId: variation.id,
      locationId: column.location.id,
      state: column.state,
    },
  );
  const [shownKey] = useState(makeIdempotencyKey);
  const occurredAt = new Date().toISOString();
  const deed = { toLocationId: "", referenceId: "", ...draft, occurredAt };
  return (
    <div
      role="dialog"
      aria-label={`${fullName(variation)} at ${column.location.name}`}
      className="rounded-lg border border-line-strong bg-surface p-4 shadow-raised"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <p className="mb-3 truncate text-sm">
        <span className="font-semibold">{fullName(variation)}</span>
        <span className="text-muted"> at {column.location.name}</span>
      </p>
      <ChangeForm
        draft={draft}
        onDraft={setDraft}
        verbs={verbsOf(column.state)}
        locations={locations}
        refused={refused}
        onSubmit={onSubmit}
        onCancel={onClose}
        spelling={<CopyAs look="quiet" label="" call={callOf(deed, shownKey)} />}
      />
    </div>
  );
}
