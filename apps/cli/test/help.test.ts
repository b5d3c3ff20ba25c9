import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { EXIT_CODES } from "../src/index.ts";
import { buildProgram } from "../src/program.ts";
import { Captured, type } from "./world.ts";

const HERE = { cwd: "." };

/** Every command that does something, as the words that call it. */
function commands(): string[][] {
  const io = {
    stdin: Readable.from([]),
    stdout: new Captured(),
    stderr: new Captured(),
    env: {},
    cwd: ".",
    interrupted: new AbortController().signal,
  };
  const walk = (command: Command, words: string[]): string[][] => {
    const children = command.commands.flatMap((one) => walk(one, [...words, one.name()]));
    // A noun only groups verbs: it has nothing of its own to show but them.
    const groups = command.commands.length > 0 && command.registeredArguments.length === 0;
    return groups ? children : [words, ...children];
  };
  return walk(buildProgram({ io, argv: [], finish: () => undefined }), []);
}

const TREE = `
receive
sell
waste
count
move
adjust
counts
changes
changes get
changes tail
items list
items get
items create
items update
items delete
locations list
locations get
locations create
locations update
merchants list
merchants create
tokens list
tokens create
tokens revoke
import csv
export csv
export ndjson
replica sync
webhooks list
webhooks get
webhooks create
webhooks update
webhooks delete
webhooks rotate
webhooks deliveries
webhooks replay
webhooks listen
webhooks trigger
verify
doctor
api
console
demo
login
logout
whoami
profiles
help`;

test("the tree of commands is what the issue names", () => {
  const names = commands().map((words) => words.join(" "));
  expect(names.join("\n")).toBe(TREE.trim());
});

test.each(commands())("%s %s has an example, and says how data is printed", async (...words) => {
  const named = words.filter((word) => word !== undefined);
  const shown = await type([...named, "--help"], HERE);
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toMatch(/\nExamples:\n( {2}\$ [^\n]*bincard [^\n]+\n)+/);
  expect(shown.stdout).toContain(`$ bincard ${named.join(" ")}`);
  expect(shown.stdout).toContain("-o, --output <format>");
  expect((await type(["help", ...named], HERE)).stdout).toBe(shown.stdout);
});

test("bincard alone shows the way in", async () => {
  const alone = await type([], HERE);
  expect(alone).toMatchObject({ code: 0, stderr: "" });
  expect(alone.stdout).toMatch(/bincard receive MUG-BLUE 12/);
  expect((await type("--help", HERE)).stdout).toBe(alone.stdout);
  expect((await type("help", HERE)).stdout).toBe(alone.stdout);
});

test("help exit-codes prints them all", async () => {
  const page = await type("help exit-codes", HERE);
  expect(page).toMatchObject({ code: 0, stderr: "" });
  for (const code of Object.values(EXIT_CODES))
    expect(page.stdout).toMatch(new RegExp(`^ *${code} {2}`, "m"));
});

test("help on what is not there proposes what is", async () => {
  const missing = await type("help itms", HERE);
  expect(missing).toMatchObject({ code: 2, stdout: "" });
  expect(missing.stderr).toMatch(/hint: Did you mean "items"\?/);
});

test("the version is the package's", async () => {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(await type("--version", HERE)).toMatchObject({
    code: 0,
    stdout: `${manifest.version}\n`,
    stderr: "",
  });
});
