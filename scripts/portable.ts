import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@bincard/embedded-postgres";
import { watchStore } from "./portable/coverage.ts";
import { declaredTables } from "./portable/declared-tables.ts";
import { EXCEPTIONS } from "./portable/exceptions.ts";
import { Permits } from "./portable/faults.ts";
import { type Finding, lintSchema, lintStatements } from "./portable/lint.ts";
import { readVolatilities } from "./portable/volatilities.ts";
import { openWire } from "./portable/wire.ts";

/**
 * Whether the ledger could run on a database of many nodes: the schema by its migrations and by its
 * declaration, and every statement that the store sends, as it is sent (docs/scaling.md).
 */
const MIGRATIONS = fileURLToPath(new URL("../packages/core/migrations", import.meta.url));
const TAKES_LOCK = /\bfor update\b/;

const watch = await watchStore();
// Imported now that the store is watched.
const { tour } = await import("./portable/tour.ts");
const declared = [
  await import("../packages/core/src/store/schema.ts"),
  await import("../packages/core/src/store/console-schema.ts"),
  await import("../packages/core/src/store/webhook-schema.ts"),
].flatMap(declaredTables);

const dataDir = await mkdtemp(join(tmpdir(), "bincard-portable-"));
const postgres = await startPostgres({ dataDir, durable: false });
try {
  const wire = await openWire(postgres.url);
  const isLocking = () => [...wire.statements].some((text) => TAKES_LOCK.test(text));
  await tour(wire.url, isLocking);
  const volatilityOf = await readVolatilities(postgres.url);
  await wire.close();

  const permits = new Permits(EXCEPTIONS);
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).toSorted();
  const migrations = await Promise.all(
    names.map(async (name) => [name, await readFile(join(MIGRATIONS, name), "utf8")] as const),
  );
  const { findings, tables } = lintSchema({ migrations, declared }, permits);
  const tenants = new Set(tables.map(({ name }) => name));
  const migrated = migrations.map(([, text]) => text).join("\n");
  const sent = [...wire.statements].filter((text) => !migrated.includes(text));
  findings.push(...lintStatements(sent, { known: { tenants, volatilityOf }, permits }));
  const says = "was not sent, so not checked: scripts/portable/tour.ts goes everywhere.";
  for (const { file, name, text } of await watch.unseen()) {
    const left = permits.left(`${file} ${name}`, [{ rule: "everything sent", says }]);
    if (left.length > 0) findings.push({ where: `${file} ${name}: ${text}`, says });
  }
  for (const { rule, matches } of permits.unused())
    findings.push({ where: `${rule}: ${String(matches)}`, says: "nothing needs this exception." });
  report(findings, `${tables.length} tables, ${sent.length} statements`);
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function report(findings: readonly Finding[], looked: string): void {
  for (const { where, says } of findings) console.error(`${where}\n  ${says}`);
  console.log(`portable: ${looked}, ${findings.length} faults`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
