import type { Location } from "@bincard/contracts";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { useSession } from "../../session/session.ts";
import { Applying } from "./applying.tsx";
import { type Checked, checkFile } from "./check.ts";
import { CheckedFile } from "./checked-file.tsx";
import { FaultNote } from "./fault-note.tsx";
import { MappingForm } from "./mapping-form.tsx";
import { mapOf, missingIn } from "./mapping.ts";
import type { Opened, Reading } from "./opened.ts";

/** What a file's columns mean, what it would do, and the doing. */
export function MappedFile({
  opened,
  locations,
  onRead,
}: {
  readonly opened: Opened;
  readonly locations: readonly Location[];
  readonly onRead: (reading: Reading) => void;
}) {
  const { info } = useSession();
  const [mapping, setMapping] = useState(opened.mapping);
  const [isTold, setTold] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [checked, setChecked] = useState<Checked>();
  const [fault, setFault] = useState<unknown>();
  const { begun } = opened;
  const check = async (map: string) => {
    setBusy(true);
    setFault(undefined);
    setChecked(undefined);
    try {
      setChecked(await checkFile(opened.source, { map, scopes: info.scopes }));
    } catch (thrown) {
      setFault(thrown);
    }
    setBusy(false);
  };
  return (
    <>
      {begun === undefined ? null : (
        <div className="flex flex-wrap items-center gap-3 rounded-lg bg-warn-soft p-3 text-sm">
          <p className="grow text-warn">
            {begun.finishedAt === undefined
              ? "An import of this very file was begun in this browser."
              : "This very file was imported from this browser."}{" "}
            With the same settings its rows are never doubled.
          </p>
          <Button disabled={isBusy} onClick={() => void check(begun.map)}>
            Go on with the same settings
          </Button>
        </div>
      )}
      <MappingForm
        mapping={mapping}
        columns={opened.columns}
        locations={locations}
        faults={isTold ? missingIn(mapping) : {}}
        onChange={(changed) => {
          setChecked(undefined);
          const next = { ...mapping, ...changed };
          setMapping(next);
          if (next.delimiter !== mapping.delimiter || next.encoding !== mapping.encoding)
            onRead({ delimiter: next.delimiter, encoding: next.encoding });
        }}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look={checked === undefined ? "primary" : "plain"}
          disabled={isBusy}
          onClick={() => {
            setTold(true);
            if (Object.keys(missingIn(mapping)).length > 0) return;
            void check(JSON.stringify(mapOf(mapping, new Date().toISOString()), null, 2));
          }}
        >
          {isBusy ? "Checking…" : "Check the file"}
        </Button>
        <p className="text-sm text-muted">
          Rows without a number are left out, and what is not in the file stays as it is.
        </p>
      </div>
      {fault === undefined ? null : <FaultNote error={fault} />}
      {checked === undefined ? null : (
        <>
          <CheckedFile checked={checked} locations={locations} source={opened.source} />
          <Applying checked={checked} source={opened.source} />
        </>
      )}
    </>
  );
}
