import type { Scope } from "@bincard/contracts";
import {
  ImportFault,
  importRows,
  type ImportMap,
  newTally,
  parseMap,
  type Survey,
  survey,
  type Tally,
} from "@bincard/import";
import { bincard } from "../../ledger/client.ts";
import type { CsvSource, TellShare } from "./csv-source.ts";
import { type Difference, Differences } from "./preview.ts";
import { RejectedRows } from "./rejected-rows.ts";

/** All that can be known of an import before anything is written. */
export interface Checked {
  /** As JSON: the very text that the import will say again when it goes on. */
  readonly mapText: string;
  readonly map: ImportMap;
  readonly survey: Survey;
  readonly tally: Tally;
  readonly rejected: RejectedRows;
  readonly differences: readonly Difference[];
}

const DAY_MILLISECONDS = 86_400_000;

export interface Checking {
  /** The map, as JSON. */
  readonly map: string;
  readonly scopes: readonly Scope[];
  /** Stops it; what it read is forgotten. */
  readonly signal: AbortSignal;
  /** Told how far it is. */
  readonly tell: TellShare;
}

/**
 * Reads the whole file and asks the ledger for everything it names; nothing is written. What it remembers grows
 * with what the file is about, not with its rows.
 * @throws ImportFault for what would stop the import, the signal's reason, or the client's errors.
 */
export async function checkFile(
  source: CsvSource,
  { map: mapText, scopes, signal, tell }: Checking,
): Promise<Checked> {
  const map = parseMap(mapText, "the map");
  const differences = new Differences(map);
  const mayGoOn = () => signal.throwIfAborted();
  // The file is read twice: for what it names, and for what becomes of each row.
  const first = source.telling((share) => tell(share / 2));
  const second = source.telling((share) => tell((1 + share) / 2));
  const found = await survey(first, {
    map,
    mapName: "the map",
    mayGoOn,
    onRow(_row, outcome) {
      if (outcome.kind === "changes")
        for (const planned of outcome.changes) differences.add(planned);
    },
  });
  mustBePermitted(found, scopes);
  const rejected = new RejectedRows(found.columns, map.csv);
  const tally = newTally();
  await importRows(
    {
      client: bincard,
      file: second,
      map,
      survey: found,
      dryRun: true,
      mayGoOn,
      onRejected: (row, reason) => rejected.add(row, reason),
      onProgress: () => undefined,
    },
    tally,
  );
  return { mapText, map, survey: found, tally, rejected, differences: differences.all() };
}

/** Better said here, in one sentence, than row by row. */
function mustBePermitted({ earliest, items, places }: Survey, scopes: readonly Scope[]): void {
  const age = earliest === undefined ? 0 : Date.now() - Date.parse(earliest);
  if (age >= DAY_MILLISECONDS && !scopes.includes("INVENTORY_BACKDATE"))
    throw new ImportFault(
      "BAD_FILE",
      `the file reaches back to ${earliest ?? ""}, which your token may not write`,
      "sign in with a token that carries INVENTORY_BACKDATE",
    );
  const makes = (refs: Survey["items"]) =>
    [...refs.values()].some(({ create }) => create !== undefined);
  if (makes(items) && !scopes.includes("ITEMS_WRITE"))
    throw new ImportFault("BAD_MAP", "your token may not make items", "it lacks ITEMS_WRITE");
  if (makes(places) && !scopes.includes("MERCHANT_PROFILE_WRITE"))
    throw new ImportFault(
      "BAD_MAP",
      "your token may not make locations",
      "it lacks MERCHANT_PROFILE_WRITE",
    );
}
