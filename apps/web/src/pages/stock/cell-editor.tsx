import { makeIdempotencyKey } from "@bincard/client";
import type { Location } from "@bincard/contracts";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { ChangeForm, deedOf, type Draft, type Refused } from "../../forms/change-form.tsx";
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
    draftOf(refused?.report) ?? {
      ...begun,
      catalogObjectId: variation.id,
      locationId: column.location.id,
      state: column.state,
    },
  );
  const [shownKey] = useState(makeIdempotencyKey);
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
      <div className="mb-3 flex items-baseline justify-between gap-3 text-sm">
        <p className="truncate">
          <span className="font-semibold">{fullName(variation)}</span>
          <span className="text-muted"> at {column.location.name}</span>
        </p>
        <Link
          to="/items/$id"
          params={{ id: variation.id }}
          search={{
            at: column.location.id,
            ...(column.state === "WASTE" ? { state: column.state } : {}),
          }}
          className="shrink-0 rounded text-accent hover:underline"
        >
          History
        </Link>
      </div>
      <ChangeForm
        draft={draft}
        onDraft={setDraft}
        verbs={verbsOf(column.state)}
        locations={locations}
        refused={refused}
        onSubmit={onSubmit}
        onCancel={onClose}
        spelling={<CopyAs look="quiet" label="" call={callOf(deedOf(draft), shownKey)} />}
      />
    </div>
  );
}

/** What was typed, as it was typed. */
function draftOf(report: Report | undefined): Draft | undefined {
  if (report === undefined) return undefined;
  const { occurredAt: _meant, ...deed } = report.deed;
  return report.when === undefined ? deed : { ...deed, when: report.when };
}
