import { ImportFault, openTable } from "@bincard/import";
import { useState } from "react";
import { Page } from "../../components/page.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { readCatalog, useCatalog } from "../../ledger/catalog-index.ts";
import { useLocations } from "../../ledger/locations.ts";
import { useScope, useSession } from "../../session/session.ts";
import { begunWith } from "./begun.ts";
import { CsvSource, decoderOf, guessEncoding } from "./csv-source.ts";
import { FileStep } from "./file-step.tsx";
import { MappedFile } from "./mapped-file.tsx";
import { guessDelimiter, guessMapping } from "./mapping.ts";
import type { Opened, Reading } from "./opened.ts";
import { hundredths, Share } from "./share.tsx";

/** A CSV file into changes: choose it, say what its columns mean, look at what it would do, apply it. */
export function ImportPage() {
  const mayImport = [
    useScope("INVENTORY_READ"),
    useScope("INVENTORY_WRITE"),
    useScope("ITEMS_READ"),
    useScope("MERCHANT_PROFILE_READ"),
  ].every(Boolean);
  if (mayImport) return <Import />;
  return (
    <Page title="Import">
      <Empty title="Your token may not import">
        This screen wants the scopes INVENTORY_READ, INVENTORY_WRITE, ITEMS_READ and
        MERCHANT_PROFILE_READ.
      </Empty>
    </Page>
  );
}

const ROWS_SHOWN = 4;
/** Of a file, to guess from how it is written. */
const FIRST_BYTES = 4_096;

function Import() {
  const { merchant } = useSession();
  const { locations, isKnown, error, refetch } = useLocations();
  const catalog = useCatalog();
  const [opened, setOpened] = useState<Opened>();
  const [fault, setFault] = useState<string>();
  const [share, setShare] = useState<number>();
  const active = locations.filter(({ status }) => status === "ACTIVE");
  const places = active.map(({ id }) => id);

  const read = async (source: CsvSource, reading: Reading) => {
    const { columns, rows } = await openTable(source, { csv: reading });
    const firstRows: (readonly string[])[] = [];
    let first: ReadonlyMap<string, string> = new Map();
    for await (const row of rows) {
      if (firstRows.length === 0) first = row.cells;
      firstRows.push(row.fields);
      if (firstRows.length === ROWS_SHOWN) break;
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const guessed = guessMapping(columns, { row: first, zone, places });
    const begun = begunWith(merchant.id, source.sha256);
    setOpened({ source, columns, firstRows, mapping: { ...guessed, ...reading }, begun });
    setFault(undefined);
  };
  const tellFault = (thrown: unknown) => {
    if (!(thrown instanceof ImportFault)) throw thrown;
    setFault([thrown.message, thrown.hint].filter(Boolean).join(": "));
  };
  const choose = async (file: File) => {
    setOpened(undefined);
    setFault(undefined);
    setShare(0);
    try {
      const bytes = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
      const encoding = guessEncoding(bytes);
      const [heading = ""] = decoderOf(encoding)(bytes).split("\n");
      const delimiter = guessDelimiter(heading);
      const source = await CsvSource.of(file, hundredths(setShare));
      await read(source, { delimiter, encoding });
    } catch (thrown) {
      tellFault(thrown);
    } finally {
      setShare(undefined);
    }
  };
  if (error !== null || catalog.error !== undefined)
    return (
      <Page title="Import">
        <Failed
          error={error ?? catalog.error}
          onRetry={() => void Promise.all([refetch(), readCatalog()])}
        />
      </Page>
    );
  if (!isKnown || !catalog.complete)
    return (
      <Page title="Import">
        <Loading what="Reading the catalog" />
      </Page>
    );
  return (
    <Page title="Import" lead="A CSV file into changes. Nothing is written before you apply it.">
      <div className="max-w-4xl space-y-8 px-4 pb-10 md:px-6">
        <FileStep opened={opened} fault={fault} onChoose={(file) => void choose(file)} />
        {share === undefined ? null : <Share share={share} />}
        {opened === undefined ? null : (
          <MappedFile
            key={`${opened.source.sha256} ${opened.columns.join("\n")}`}
            opened={opened}
            locations={active}
            onRead={(reading) => void read(opened.source, reading).catch(tellFault)}
          />
        )}
      </div>
    </Page>
  );
}
