import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FAILURES, LIMITS, Refusal } from "@bincard/contracts";
import { ensureRoot, makeToken } from "@bincard/core";
import type { TokenKeeper } from "./auth.ts";
import { NotStarted } from "./not-started.ts";

/** Where the root token is, for the first page of output. */
export type RootToken =
  /** Made just now: shown this once. */
  | { readonly kind: "new"; readonly token: string; readonly file: string }
  /** Made at an earlier start, kept in the file. */
  | { readonly kind: "kept"; readonly file: string }
  /** The value of BINCARD_ROOT_TOKEN. */
  | { readonly kind: "given" }
  /** BINCARD_ROOT_TOKEN is set, but this database was made with another one. */
  | { readonly kind: "given in vain" }
  /** The database has its merchants already, and its root token is not in this data folder. */
  | { readonly kind: "elsewhere" };

export interface RootTokenOptions {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** The value of BINCARD_ROOT_TOKEN. */
  readonly given: string | undefined;
  /** The ledger on that database, which knows whether a token is let in. */
  readonly ledger: TokenKeeper;
}

/**
 * Gives a new database its first merchant and root token. A token that is made here lies in its file before
 * the database learns it: a crash in between leaves a file that the next start uses, never a merchant
 * that nobody can reach.
 */
export async function provideRoot(options: RootTokenOptions): Promise<RootToken> {
  const { databaseUrl, dataDir, given, ledger } = options;
  if (given !== undefined) {
    await ensureRoot(databaseUrl, { token: given });
    return { kind: (await isAccepted(given, ledger)) ? "given" : "given in vain" };
  }
  const file = join(dataDir, "root-token");
  let made: string | undefined;
  const { created } = await ensureRoot(databaseUrl, {
    async token() {
      made ??= (await readKept(file)) ?? (await keep(makeToken(), { file, dataDir }));
      return made;
    },
  });
  if (created && made !== undefined) return { kind: "new", token: made, file };
  // Its merchants are there: nothing is needed of the folder, whatever is in it.
  const kept = await readKept(file).catch(unlessNotStarted);
  const opens = kept !== undefined && (await isAccepted(kept, ledger));
  return opens ? { kind: "kept", file } : { kind: "elsewhere" };
}

function unlessNotStarted(error: unknown): undefined {
  if (!(error instanceof NotStarted)) throw error;
}

async function isAccepted(token: string, ledger: TokenKeeper): Promise<boolean> {
  try {
    await ledger.authenticate(token);
    return true;
  } catch (error) {
    if (error instanceof Refusal && FAILURES[error.code].kind === "authentication") return false;
    throw error;
  }
}

async function readKept(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const code = String(Object(error)["code"]);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new NotStarted(`the root token in ${file} cannot be read (${code})`);
  });
  if (text === undefined) return undefined;
  const token = text.trim();
  if (token.length < LIMITS.rootTokenCharactersMin) {
    throw new NotStarted(
      `${file} holds no root token: remove it, and a new database gets a new one`,
    );
  }
  // Where it is another's, or nothing can be written, its mode is for those to choose who put it there.
  await chmod(file, 0o600).catch(() => undefined);
  return token;
}

/** Whole or not at all, and never over another process's: a link to a finished file. */
async function keep(token: string, { file, dataDir }: { file: string; dataDir: string }) {
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(dataDir, { recursive: true });
    const handle = await open(draft, "wx", 0o600);
    await handle.writeFile(`${token}\n`);
    await handle.sync().finally(async () => handle.close());
    await link(draft, file);
    return token;
  } catch (error) {
    const code = String(Object(error)["code"]);
    // Another server of the same database was faster: its token is the one.
    const theirs = code === "EEXIST" ? await readKept(file) : undefined;
    if (theirs !== undefined) return theirs;
    throw new NotStarted(
      `the root token cannot be kept in ${file} (${code}): choose another folder with ` +
        "BINCARD_DATA_DIR, or give the token with BINCARD_ROOT_TOKEN",
    );
  } finally {
    // Where it could not be made, it cannot be removed.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
