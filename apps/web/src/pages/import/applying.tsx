import { importRows, newTally, type Tally } from "@bincard/import";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { readCatalog } from "../../ledger/catalog-index.ts";
import { bincard } from "../../ledger/client.ts";
import { locationsOptions } from "../../ledger/locations.ts";
import { queryClient } from "../../ledger/queries.ts";
import { useSession } from "../../session/session.ts";
import { keepBegun } from "./begun.ts";
import type { Checked } from "./check.ts";
import type { CsvSource } from "./csv-source.ts";
import { download, downloadJson } from "./download.ts";
import { FaultNote } from "./fault-note.tsx";
import { RejectedRows } from "./rejected-rows.ts";

type Standing =
  | { readonly kind: "waiting" }
  | { readonly kind: "running"; readonly rows: number }
  | { readonly kind: "stopped"; readonly rows: number }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "done"; readonly tally: Tally; readonly rejected: RejectedRows };

/** The doing: batch by batch, each under a key that derives from the file, so that no row is ever doubled (L6). */
export function Applying({
  checked,
  source,
}: {
  readonly checked: Checked;
  readonly source: CsvSource;
}) {
  const { merchant } = useSession();
  const [standing, setStanding] = useState<Standing>({ kind: "waiting" });
  const leaving = useRef<AbortController>(undefined);
  useEffect(() => () => leaving.current?.abort(), []);
  const { rows } = checked.survey;
  const apply = async () => {
    const stop = new AbortController();
    leaving.current = stop;
    const place = { merchantId: merchant.id, sha256: source.sha256 };
    keepBegun(place, { map: checked.mapText });
    const rejected = new RejectedRows(checked.survey.columns, checked.map.csv);
    const tally = newTally();
    let done = 0;
    setStanding({ kind: "running", rows: 0 });
    try {
      await importRows(
        {
          client: bincard,
          file: source,
          map: checked.map,
          survey: checked.survey,
          dryRun: false,
          mayGoOn: () => stop.signal.throwIfAborted(),
          onRejected: (row, reason) => rejected.add(row, reason),
          onProgress(at) {
            done = at;
            setStanding({ kind: "running", rows: at });
          },
        },
        tally,
      );
      keepBegun(place, { map: checked.mapText, finishedAt: new Date().toISOString() });
      setStanding({ kind: "done", tally, rejected });
      // What was made is on the other screens, too.
      await Promise.all([readCatalog(), queryClient.invalidateQueries(locationsOptions)]);
    } catch (error) {
      setStanding(
        stop.signal.aborted ? { kind: "stopped", rows: done } : { kind: "failed", error },
      );
    }
  };
  const changes = checked.tally.changes;
  if (changes === 0) return null;
  return (
    <section aria-label="Apply" className="space-y-4 border-t border-line pt-6">
      {standing.kind === "failed" ? <FaultNote error={standing.error} /> : null}
      {standing.kind === "running" ? (
        <div className="flex flex-wrap items-center gap-4">
          <progress
            aria-label="Importing"
            value={standing.rows}
            max={rows}
            className="h-2 grow accent-accent"
          />
          <p role="status" className="text-sm tabular-nums text-muted">
            {standing.rows.toLocaleString()} of {rows.toLocaleString()} rows
          </p>
          <Button onClick={() => leaving.current?.abort()}>Stop</Button>
        </div>
      ) : null}
      {standing.kind === "done" ? <Done {...standing} checked={checked} source={source} /> : null}
      {standing.kind === "running" || standing.kind === "done" ? null : (
        <div className="flex flex-wrap items-center gap-3">
          <Button look="primary" onClick={() => void apply()}>
            {standing.kind === "waiting"
              ? `Apply ${changes.toLocaleString()} ${changes === 1 ? "change" : "changes"}`
              : "Go on"}
          </Button>
          <p role="status" className="text-sm text-muted">
            {standing.kind === "stopped"
              ? `Stopped after ${standing.rows.toLocaleString()} rows. What is written is written; going on doubles nothing.`
              : null}
          </p>
        </div>
      )}
    </section>
  );
}

function Done({
  tally,
  rejected,
  checked,
  source,
}: {
  readonly tally: Tally;
  readonly rejected: RejectedRows;
  readonly checked: Checked;
  readonly source: CsvSource;
}) {
  const base = source.name.replace(/\.\w+$/, "");
  const saveResult = () => {
    const result = {
      file: source.name,
      sha256: source.sha256,
      rows: checked.survey.rows,
      ...tally,
    };
    downloadJson(`${base}.result.json`, `${JSON.stringify(result, null, 2)}\n`);
  };
  return (
    <div className="space-y-4">
      <div role="status" className="space-y-1 text-sm">
        <p className="text-base font-semibold">
          {tally.imported.toLocaleString()} {tally.imported === 1 ? "row is" : "rows are"} imported,
          as {tally.changes.toLocaleString()} {tally.changes === 1 ? "change" : "changes"}.
        </p>
        {tally.alreadyThere === 0 ? null : (
          <p>
            {tally.alreadyThere.toLocaleString()} had been imported before, and are not doubled.
          </p>
        )}
        {tally.rejected === 0 ? null : (
          <p className="text-danger">
            {tally.rejected.toLocaleString()} could not be taken. Mend them in their own file, and
            import that one.
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        {rejected.count === 0 ? null : (
          <Button onClick={() => download(`${base}.rejected.csv`, rejected.file())}>
            Save the rows that were not taken
          </Button>
        )}
        <Button onClick={saveResult}>Save the result</Button>
      </div>
    </div>
  );
}
