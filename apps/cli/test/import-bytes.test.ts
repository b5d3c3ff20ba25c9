import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(async () => world.end());

const HEADING = "Ref,Clerk,Date,Shop,SKU,Name,Qty\n";
const MAP = {
  version: 1,
  item: { sku: "{SKU}", name: "{Name}", create: true },
  location: { name: "{Shop}" },
  time: { from: "{Date}" },
  changes: [{ kind: "receive", quantity: "{Qty}", reference: "{Ref}", employee: "{Clerk}" }],
};

/** Imports rows that are written in Latin-1, whatever the map says of them. */
async function importing(rows: readonly string[], map: object = {}) {
  await world.file("bytes.map.json", JSON.stringify({ ...MAP, ...map }));
  const bytes = Buffer.from(HEADING + rows.map((row) => `${row}\n`).join(""), "latin1");
  await writeFile(join(world.folder, "bytes.csv"), bytes);
  return world.type("import csv bytes.csv --map bytes.map.json --rejected /dev/null");
}

const rowOf = (given: Readonly<Record<string, string>>): string => {
  const usual = { Ref: "7", Clerk: "C", Name: "Apple" };
  const { Ref, Clerk, Name } = { ...usual, ...given };
  return `${Ref},${Clerk},2016-11-09T12:00:00Z,Main,L-A,${Name},1`;
};

test.each([{ Ref: "caf\u00e9\u00ff" }, { Clerk: "Ren\u00e9" }, { Name: "P\u00eache" }])(
  "6: bytes of another encoding are stored nowhere: %j",
  async (given) => {
    const before = (await world.client.changes.list()).changes.length;
    const ran = await importing([rowOf(given)]);
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain("  0 imported, as 0 changes\n  1 rejected\n");
    expect((await world.client.changes.list()).changes).toHaveLength(before);
    expect((await world.client.catalog.list({ types: ["ITEM"] })).objects).toEqual([]);
  },
);

test("in the map's encoding the same bytes are their letters", async () => {
  const ran = await importing([rowOf({ Ref: "caf\u00e9\u00ff", Clerk: "Ren\u00e9" })], {
    csv: { encoding: "latin1" },
  });
  expect(ran.code).toBe(0);
  const { changes } = await world.client.changes.list();
  expect(changes[0]).toMatchObject({ referenceId: "caf\u00e9\u00ff", employeeId: "Ren\u00e9" });
});

test.each([
  ["a quote within a cell", '7,C,2016-11-09,Main,L-A,5,ab"c\n', /Invalid Opening Quote: .*line 2/],
  ["what follows a quote", '7,C,2016-11-09,Main,L-A,5,"ab"\u001b[31m\n', /Invalid Closing Quote/],
  ["a program", `\u0000\u007fELF\u009b31m"\u0007\n`, /Invalid Opening Quote/],
])("2: %s is a bad file, in words that a terminal can show", async (_what, text, reason) => {
  await world.file("bytes.map.json", JSON.stringify(MAP));
  await world.file("quote.csv", HEADING + text);
  const ran = await world.type("import csv quote.csv --map bytes.map.json");
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toMatch(/^error\[BAD_FILE\]: quote\.csv is not CSV: /);
  expect(ran.stderr).toMatch(reason);
  expect(ran.stderr.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

test("2: nothing of a file reaches the terminal raw, nor at length", async () => {
  await world.file("bytes.map.json", JSON.stringify(MAP));
  await world.file("wrong.csv", `\u001b[2Jx,${"y".repeat(5_000)}\n1,2\n`);
  const heading = await world.type("import csv wrong.csv --map bytes.map.json");
  expect(heading).toMatchObject({ code: 2 });
  expect(heading.stderr).toMatch(/there is no column "SKU"/);
  await world.file("long.csv", `${HEADING}7,C,2016-11-09,Main,L-A,5,${"z".repeat(5_000)}"\n`);
  const long = await world.type("import csv long.csv --map bytes.map.json");
  await world.file("dry.csv", `${HEADING}7,C,\u001b[2J\u009b,Main,L-A,Apple,1\n`);
  const dry = await world.type("import csv dry.csv --map bytes.map.json --dry-run");
  expect(dry.code).toBe(6);
  expect(dry.stderr).toMatch(/line 2: .* is not a time/);
  for (const { stderr } of [heading, long, dry])
    expect(stderr.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(long.stderr.length).toBeLessThan(500);
});
