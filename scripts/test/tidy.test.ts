import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { appendOnly } from "../tidy/append-only.ts";
import { citedPaths } from "../tidy/cited-paths.ts";
import { dependencies } from "../tidy/dependencies.ts";
import { laws, lawsNotProven } from "../tidy/laws.ts";
import { manners } from "../tidy/manners.ts";
import { migrations } from "../tidy/migrations.ts";
import { names } from "../tidy/names.ts";
import { sqlInStore } from "../tidy/sql-in-store.ts";
import type { Rule } from "../tidy/tree.ts";

/** Where a rule finds fault in these files: `file:line`. */
function places(rule: Rule, files: Record<string, string>): string[] {
  return rule(new Map(Object.entries(files))).map(({ file, line }) => `${file}:${line}`);
}

const STORE = "packages/core/src/store/changes.ts";

test.each([
  "const q = sql`\n  UPDATE changes SET quantity = 1`;",
  "const q = sql`\n delete from only public.changes where true`;",
  'const q = `\n truncate table "changes"`;',
  "const q = sql`\n update ${changes} set quantity = 1`;",
  "await db\n.update(schema.changes).set({})",
  "await db\n  .delete(changes)",
])("history is never rewritten: %s", (source) => {
  expect(places(appendOnly, { [STORE]: source })).toEqual([`${STORE}:2`]);
});

test("reading, inserting and speaking of changes is no fault", () => {
  const source = [
    "// we never update changes",
    "insert into changes (a) select 1",
    "delete from change_keys",
    "update changes_seen set a = 1",
    "before update or delete on changes",
  ].join("\n");
  expect(places(appendOnly, { [STORE]: source })).toEqual([]);
});

test("a migration may not rewrite history, a test may", () => {
  const files = {
    "packages/core/migrations/0002_fix.sql": "-- update changes\nupdate changes set a = 1;",
    "packages/core/test/verify.test.ts": "sql`update changes set a = 1`",
  };
  expect(places(appendOnly, files)).toEqual(["packages/core/migrations/0002_fix.sql:2"]);
});

test("SQL outside the store is found by its tag and by its words", () => {
  const files = {
    "packages/core/src/get-counts.ts": "\nsql`select 1`;",
    "apps/server/src/health.ts": 'run("select 1 from counts");\nrun("INSERT INTO a values (1)");',
    [STORE]: "sql`select 1 from counts`",
    "apps/cli/src/print.ts": '// "select 1 from a"\nsay("choose one from the list");',
    "packages/core/test/a.test.ts": "sql`select 1 from counts`",
  };
  expect(places(sqlInStore, files)).toEqual([
    "packages/core/src/get-counts.ts:2",
    "apps/server/src/health.ts:1",
    "apps/server/src/health.ts:2",
  ]);
});

test("a document names only what is there", () => {
  const files = {
    "docs/a.md": [
      "`packages/core/src/index.ts`, `packages/core/`, `./b.md`, `b.md`, `packages/*/src`",
      "`packages/gone.ts` and [gone](c.md)",
      "`GET /v2/x`, `/trpc/*`, `text/plain`, `.bincard/`, [site](https://example.org/x), [b](b.md#top)",
      "`missing.ts`",
      "```sh\n`packages/not-checked.ts`\n```",
    ].join("\n"),
    "docs/b.md": "",
    "packages/core/src/index.ts": "",
  };
  expect(places(citedPaths, files)).toEqual(["docs/a.md:2", "docs/a.md:4", "docs/a.md:2"]);
});

const LAWS = "packages/core/LAWS.md";
const TEST = "packages/core/test/laws.test.ts";

function lawTable(rows: readonly string[]): Record<string, string> {
  return { [LAWS]: rows.join("\n"), [TEST]: 'test("counts fold", () => {});' };
}

test("every law names a test that exists", () => {
  const good = Array.from({ length: 13 }, (_, at) => `| L${at + 1} | \`${TEST}\` | counts fold |`);
  expect(places(laws, lawTable(good))).toEqual([]);
  expect(places(laws, lawTable(good.slice(1)))).toEqual([`${LAWS}:1`]);
  expect(places(laws, lawTable([...good, `| L2 | \`${TEST}\` | counts |`]))).toEqual([
    `${LAWS}:14`,
  ]);
  expect(places(laws, lawTable([...good, "| L2 | `gone.ts` | counts |"]))).toEqual([`${LAWS}:14`]);
  expect(places(laws, {})).toEqual([`${LAWS}:1`]);
});

test("a law without a test says so and why", () => {
  const files = lawTable(["| L9 | not proven yet | the feed is the next step |"]);
  expect(lawsNotProven(new Map(Object.entries(files)))).toBe(1);
  expect(places(laws, lawTable(["| L9 | not proven yet |  |"]))).toContain(`${LAWS}:1`);
});

test("names say an idea, and a package has one door", () => {
  const files = {
    "packages/core/src/utils/pad.ts": "",
    "packages/core/src/types.ts": "",
    "packages/core/src/store/index.ts": "",
    "packages/core/src/index.ts": 'export { a } from "./a.ts";\nexport * from "./b.ts";',
  };
  expect(places(names, files)).toEqual([
    "packages/core/src/utils/pad.ts:1",
    "packages/core/src/types.ts:1",
    "packages/core/src/store/index.ts:1",
    "packages/core/src/index.ts:2",
  ]);
});

test("manners that the linter cannot hold", () => {
  const rule = "packages/core/src/rules/judge.ts";
  const files = {
    "apps/cli/src/a.ts": 'import * as z from "zod";\nimport { z } from "zod";',
    "apps/cli/src/b.ts": 'import type { ZodType } from "zod";\nconst a = b as unknown as C;',
    [rule]: "// await\nexport async function judge() {}",
    "apps/cli/src/c.ts": "\n// TODO: later",
  };
  expect(places(manners, files)).toEqual([
    "apps/cli/src/a.ts:2",
    "apps/cli/src/b.ts:2",
    `${rule}:2`,
    "apps/cli/src/c.ts:2",
  ]);
});

test("a released migration stays as it was", () => {
  const file = "packages/core/migrations/0001_init.sql";
  const hash = createHash("sha256").update("create table a ();").digest("hex");
  const released = { "packages/core/migrations/released.sha256": `${hash}  0001_init.sql\n` };
  expect(places(migrations, { ...released, [file]: "create table a ();" })).toEqual([]);
  expect(places(migrations, { ...released, [file]: "create table b ();" })).toEqual([`${file}:1`]);
  expect(places(migrations, released)).toEqual(["packages/core/migrations/released.sha256:1"]);
  expect(places(migrations, { [file]: "create table b ();" })).toEqual([]);
});

test("one catalog of exact versions, each with a reason", () => {
  const files = {
    "pnpm-workspace.yaml":
      'packages:\n  - a\ncatalog:\n  "@x/a": 1.0.0\n  b: ^2.0.0\n  c: npm:d@3.0.0\n',
    "ARCHITECTURE.md": "| `@x/a` | needed |\n| `b` | needed |",
    "packages/core/package.json":
      '{\n  "dependencies": {\n    "b": "catalog:",\n    "e": "1.0.0"\n  },\n  "devDependencies": { "@x/f": "workspace:*" }\n}',
  };
  expect(places(dependencies, files)).toEqual([
    "pnpm-workspace.yaml:5",
    "pnpm-workspace.yaml:6",
    "packages/core/package.json:4",
  ]);
});
