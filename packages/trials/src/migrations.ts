import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Superuser } from "./superuser.ts";

const FOLDER = new URL("../../core/migrations/", import.meta.url);

export interface Migration {
  readonly tag: string;
  /** When it was generated, in milliseconds: what the migrator orders them by. */
  readonly when: number;
}

/** Oldest first. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const journal: unknown = JSON.parse(
    await readFile(new URL("meta/_journal.json", FOLDER), "utf8"),
  );
  const entries: unknown = Object(journal)["entries"];
  return Array.isArray(entries) ? (entries as Migration[]) : [];
}

/** What the migrations grant to; a cluster has them once, whatever its databases. */
const ROLES = ["bincard_app", "bincard_gate"];

/** Brings a database forward by these, and keeps the migrator's own account of it. */
export async function apply({ sql }: Superuser, migrations: readonly Migration[]): Promise<void> {
  for (const role of ROLES) {
    const [found] = await sql`select from pg_roles where rolname = ${role}`;
    if (found === undefined) await sql.unsafe(`create role ${role} nologin`);
  }
  await sql`create schema if not exists bincard`;
  await sql`
    create table if not exists bincard.migrations
      (id serial primary key, hash text not null, created_at bigint)`;
  for (const { tag, when } of migrations) {
    const text = await readFile(new URL(`${tag}.sql`, FOLDER), "utf8");
    for (const statement of text.split("--> statement-breakpoint")) await sql.unsafe(statement);
    const hash = createHash("sha256").update(text).digest("hex");
    await sql`insert into bincard.migrations (hash, created_at) values (${hash}, ${when}::bigint)`;
  }
}
