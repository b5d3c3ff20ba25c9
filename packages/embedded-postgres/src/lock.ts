import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PostgresNotStarted } from "./failure.ts";
import { isAlive, startOf } from "./processes.ts";

/** Says which process a data folder belongs to. A killed process leaves it behind; the next one sees that. */
const LOCK_FILE = "bincard.lock";

export interface Lock {
  /** Whether a process held the folder before and died without letting go. */
  readonly wasAbandoned: boolean;
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly started: string | undefined;
}

/** Takes the data folder for this process, or says in one sentence who has it. */
export function lock(dataDir: string): Lock {
  const file = join(dataDir, LOCK_FILE);
  const draft = `${file}.${randomUUID()}`;
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  let wasAbandoned = false;
  try {
    writeFileSync(draft, mine);
    while (!claim(draft, file)) wasAbandoned = removeAbandoned(file, dataDir) || wasAbandoned;
  } catch (error) {
    throw error instanceof PostgresNotStarted ? error : notWritable(dataDir, error);
  } finally {
    discard(draft);
  }
  const release = () => {
    if (textOf(file) === mine) rmSync(file, { force: true });
  };
  return { wasAbandoned, release };
}

function notWritable(dataDir: string, error: unknown): PostgresNotStarted {
  const code = String(Object(error)["code"]);
  return new PostgresNotStarted(
    `the data folder ${dataDir} cannot be written to (${code}): ` +
      "permit it, or choose another folder with BINCARD_DATA_DIR",
  );
}

/** What could not be made cannot be removed either. */
function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // The sentence that says so is on its way.
  }
}

/** A hard link appears with its content at once and never replaces another: one of two claims wins. */
function claim(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (Object(error)["code"] === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock whose process is gone; refuses when it lives. */
function removeAbandoned(file: string, dataDir: string): boolean {
  const found = textOf(file);
  if (found === undefined) return false;
  const holder = parse(found);
  if (holder !== undefined && isStill(holder)) {
    throw new PostgresNotStarted(
      `the data folder ${dataDir} is in use by another Bincard (process ${holder.pid}): ` +
        "stop that one, or choose another folder with BINCARD_DATA_DIR",
    );
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    // Two processes may judge the same lock abandoned: only one of them gets to move it away.
    renameSync(file, aside);
  } catch {
    return false;
  }
  const moved = textOf(aside);
  if (moved !== found) claim(aside, file); // It was a fresh one: put it back.
  rmSync(aside, { force: true });
  return moved === found;
}

function isStill({ pid, started }: Holder): boolean {
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return now === undefined || started === undefined || now === started;
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, started } = Object(JSON.parse(text)) as Record<string, unknown>;
    if (typeof pid !== "number") return undefined;
    return { pid, started: typeof started === "string" ? started : undefined };
  } catch {
    return undefined; // Torn by a power cut: nobody alive wrote it.
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
