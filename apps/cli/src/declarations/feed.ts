import type { Command } from "commander";
import { type Declare, declareGroup } from "../declare.ts";

export interface TailOptions {
  readonly from?: string;
  readonly since?: string;
  readonly keep?: string;
  readonly once?: boolean;
}
export interface ReplicaOptions {
  readonly changes?: boolean;
  readonly allChanges?: boolean;
  readonly follow?: boolean;
  readonly prove?: boolean;
  readonly reset?: boolean;
}

/** `changes tail`: what happens, as it happens. */
export function declareTail(changes: Command, declare: Declare): void {
  declare<TailOptions>(changes, {
    name: "tail",
    about: "what is recorded, as it is recorded; no change is missed or told twice",
    options: [
      { flags: "--from <cursor>", about: "go on after this place (default: from now on)" },
      { flags: "--since <time>", about: "from a time, or from so long ago: 90s, 15m, 1h, 2d" },
      { flags: "--keep <file>", about: "keep the place in a file, and go on from it next time" },
      { flags: "--once", about: "end where the feed ends instead of waiting for more" },
    ],
    notes:
      "Reconnects by itself, for ever. Interrupted, it prints the command that goes on where it ended;\n" +
      "with --keep the same command does. The place is kept once its changes are printed.",
    examples: [
      "bincard changes tail --since 1h -o ndjson",
      "bincard changes tail --keep tail.cursor -o ndjson >> changes.ndjson",
    ],
    action: async (context, call) => (await import("../commands/tail.ts")).tail(context, call),
  });
}

/** Copies of the ledger that stay in step. */
export function declareReplica(program: Command, declare: Declare): void {
  const replica = declareGroup(program, "replica", "a copy of the counts in a SQLite file");
  declare<ReplicaOptions>(replica, {
    name: "sync",
    args: [{ name: "<file>", about: "a SQLite file; made when it is not there" }],
    about: "bring the copy up to date, in one transaction a page",
    options: [
      {
        flags: "--changes",
        about: "keep changes, too: those after the snapshot it begins with, or from now on",
      },
      { flags: "--all-changes", about: "keep every change there ever was: reads all of history" },
      { flags: "--follow", about: "stay, and keep it in step" },
      { flags: "--prove", about: "compare a checksum of all counts with the ledger's" },
      { flags: "--reset", about: "forget the copy first, and begin anew" },
    ],
    notes:
      "Tables: bincard_counts, bincard_changes and bincard_place. A new copy begins with a snapshot of\n" +
      "the counts. Run it again at any time, after a kill too: it goes on where the file says it was,\n" +
      "or with another snapshot where changes since are archived. A copy that keeps changes goes on keeping\n" +
      "them; one begun without --all-changes has to be --reset to have all. --prove answers 7 when the two\n" +
      "differ.",
    examples: [
      "bincard replica sync stock.sqlite --prove",
      "bincard replica sync stock.sqlite --all-changes --follow",
    ],
    action: async (context, call) =>
      (await import("../commands/replica.ts")).syncReplica(context, call),
  });
}
