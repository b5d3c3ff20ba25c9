import type { Location } from "@bincard/contracts";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { useSession } from "../../session/session.ts";
import { Applying } from "./applying.tsx";
import { type Checked, checkFile } from "./check.ts";
import { CheckedFile } from "./checked-file.tsx";
import { FaultNote } from "./fault-note.tsx";
import { MappingForm } from "./mapping-form.tsx";
import { mapOf, missingIn } from "./mapping.ts";
import type { Opened, Reading } from "./opened.ts";
import { hundredths, Share } from "./share.tsx";

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
  const [share, setShare] = useState<number>();
  const isBusy = share !== undefined;
  const [checked, setChecked] = useState<Checked>();
  const [fault, setFault] = useState<unknown>();
  const { begun } = opened;
  const leaving = useRef<AbortController>(undefined);
  useEffect(() => () => leaving.current?.abort(), []);
  const check = async (map: string) => {
    const stop = new AbortController();
    leaving.current = stop;
    const { signal } = stop;
    setShare(0);
    setFault(undefined);
    setChecked(undefined);
    try {
      const checking = { map, scopes: info.scopes, signal, tell: hundredths(setShare) };
      setChecked(await checkFile(opened.source, checking));
    } catch (thrown) {
      if (!signal.aborted) setFault(thrown);
    }
    setShare(undefined);
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
          leaving.current?.abort();
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
        {share === undefined ? (
          <p className="text-sm text-muted">
            Rows without a number are left out, and what is not in the file stays as it is.
          </p>
        ) : (
          <Share share={share} onStop={() => leaving.current?.abort()} />
        )}
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
