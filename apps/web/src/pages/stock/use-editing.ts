import type { Location } from "@bincard/contracts";
import { useState } from "react";
import { say, sayFailure } from "../../components/toasts.tsx";
import type { Refused } from "../../forms/change-form.tsx";
import { type Report, sendReport } from "../../ledger/report-deed.ts";
import { fullName } from "../../ledger/variation.ts";
import { VERB_WORDS } from "../../ledger/verbs.ts";
import type { Column } from "./columns.ts";
import type { Opened } from "./sheet.tsx";

interface Editing {
  readonly at: Opened;
  readonly refused: Refused | undefined;
  /** A form of its own each time it opens. */
  readonly turn: number;
}

/**
 * The form above a cell. It closes when it is sent: the number shows at once what will be. If the ledger
 * refuses, the number goes back and the form opens again with what was typed and why not; unless another
 * form is open by then, which nothing takes the place of.
 */
export function useEditing(columns: readonly Column[], locations: readonly Location[]) {
  const [editing, setEditing] = useState<Editing>();
  const open = (at: Opened, refused?: Refused) =>
    setEditing((before) => ({ at, refused, turn: (before?.turn ?? 0) + 1 }));
  const close = () => {
    setEditing(undefined);
    document.querySelector<HTMLElement>("[role=grid]")?.focus({ preventScroll: true });
  };
  const submit = (report: Report) => {
    if (editing === undefined) return;
    const { at } = editing;
    close();
    sendReport(report).then(
      () => say({ title: told(report, at, locations) }),
      (error: unknown) =>
        setEditing((now) => {
          if (now !== undefined) {
            sayFailure(error);
            return now;
          }
          return { at, refused: { report, error }, turn: 1 };
        }),
    );
  };
  const isThere = editing !== undefined && columns.includes(editing.at.column);
  return { editing: isThere ? editing : undefined, open, close, submit };
}

/** "Received 12 × Tea at Main" */
function told({ deed }: Report, { variation, column }: Opened, locations: readonly Location[]) {
  const { verb, quantity, toLocationId } = deed;
  const to = locations.find(({ id }) => id === toLocationId)?.name ?? toLocationId;
  const where = verb === "move" ? `${column.location.name} to ${to}` : column.location.name;
  const from = verb === "move" ? "from" : "at";
  return `${VERB_WORDS[verb].done} ${quantity.trim()} × ${fullName(variation)} ${from} ${where}`;
}
