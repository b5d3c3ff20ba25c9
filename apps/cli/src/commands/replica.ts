import { resolve } from "node:path";
import { isBincardError } from "@bincard/client";
import {
  createReplica,
  type Proof,
  type Replica,
  ReplicaIncomplete,
} from "@bincard/client/replica";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import { Complaint } from "../complaint.ts";
import { commandLine } from "../confirm.ts";
import type { Context } from "../context.ts";
import type { ReplicaOptions } from "../declarations/feed.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { stopIfInterrupted } from "../interruption.ts";
import { printOne } from "../print.ts";
import type { Column } from "../table.ts";

interface Synced {
  readonly file: string;
  readonly position: number;
  /** Dealt with this time. */
  readonly changes: number;
  /** Counts taken from a snapshot this time. */
  readonly snapshot: number;
  readonly proof?: Proof;
}

const COLUMNS: readonly Column<Synced>[] = [
  { key: "file", title: "file", value: ({ file }) => file },
  { key: "position", title: "position", value: ({ position }) => String(position), kind: "number" },
  { key: "changes", title: "changes", value: ({ changes }) => String(changes), kind: "number" },
  { key: "snapshot", title: "snapshot", value: ({ snapshot }) => String(snapshot), kind: "number" },
  { key: "counts", title: "counts", value: ({ proof }) => String(proof?.copy.counts ?? "") },
  { key: "checksum", title: "checksum", value: ({ proof }) => proof?.copy.checksum ?? "" },
  {
    key: "equal",
    title: "equal",
    value: ({ proof }) => (proof === undefined ? "" : equality(proof)),
  },
];

const equality = ({ isEqual, ledger }: Proof) =>
  isEqual ? "yes" : `no: the ledger's is ${ledger.checksum} over ${ledger.counts}`;

/** Brings a SQLite file up to date with the ledger's counts, and keeps it there when asked to. */
export async function syncReplica(
  context: Context,
  { args: [file = ""], options }: Call<ReplicaOptions>,
): Promise<ExitCode> {
  const { io } = context;
  const client = await context.client(({ error }) => void context.note(`-- ${error.message}`));
  const database = await openFile(resolve(io.cwd, file));
  try {
    const store = sqliteStore(database);
    const changes = options.allChanges === true ? "all" : options.changes;
    const replica = createReplica({ client, store, changes });
    if (options.reset === true) await replica.reset();
    const signal = io.interrupted;
    const { changes: dealtWith, counts: snapshot } = await replica.sync({ signal });
    const proof = options.prove === true ? await replica.prove({ signal }) : undefined;
    const { position } = replica;
    const synced = { file, position, changes: dealtWith, snapshot, ...(proof && { proof }) };
    await printOne(context, synced, { columns: COLUMNS, row: synced });
    if (proof?.isEqual === false) return EXIT_CODES.drift;
    if (options.follow === true) await stayInStep(context, replica);
    return EXIT_CODES.ok;
  } catch (error) {
    if (isBincardError(error, "ABORTED")) stopIfInterrupted(io);
    if (error instanceof ReplicaIncomplete)
      throw new Complaint("USAGE", `${file} was not begun with all changes, so it has not all`, {
        exitCode: EXIT_CODES.usage,
        hint: `to begin it anew: ${commandLine([...context.argv, "--reset"])}`,
      });
    throw error;
  } finally {
    database.close();
  }
}

async function stayInStep(context: Context, replica: Replica): Promise<void> {
  await context.note("in step; Ctrl-C ends it");
  for await (const { changes, position } of replica.follow({ signal: context.io.interrupted }))
    if (changes.length > 0) await context.note(`position ${position}`);
}

/** SQLite comes with a binary for each platform: it is loaded only by those who want it. */
async function openFile(path: string) {
  const { default: Database } = await import("libsql").catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Complaint("UNEXPECTED", `there is no SQLite for this platform: ${why}`, {
      exitCode: EXIT_CODES.failure,
    });
  });
  try {
    const database = new Database(path);
    // Others may read the copy while it is written.
    database.exec("pragma journal_mode = wal");
    return database;
  } catch {
    throw new Complaint("BAD_FILE", `${path} cannot be opened as a SQLite file`, {
      exitCode: EXIT_CODES.usage,
      hint: "name a file in a folder that is there",
    });
  }
}
