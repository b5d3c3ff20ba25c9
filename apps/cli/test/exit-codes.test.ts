import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG"]);
});
afterAll(async () => world.end());

test("0: done", async () => {
  expect(await world.type("receive MUG 1")).toMatchObject({ code: 0 });
});

test("1: something unexpected", async () => {
  // A folder where the file should be: it is found out when the export is complete.
  await mkdir(join(world.folder, "folder.csv"));
  const failed = await world.type("export csv counts --file folder.csv");
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toMatch(/^error\[UNEXPECTED\]: EISDIR/);
});

test.each([
  [
    "an unknown command",
    "recieve MUG 1",
    /error\[USAGE\]: unknown command 'recieve'\n {2}hint: Did you mean receive\?/,
  ],
  [
    "an unknown option",
    "sell MUG 1 --locaton Main",
    /unknown option '--locaton'\n {2}hint: Did you mean --location\?/,
  ],
  [
    "a missing word",
    "sell MUG",
    /missing required argument 'quantity'\n {2}hint: see: bincard help sell/,
  ],
  ["a word too many", "sell MUG 1 2", /too many arguments/],
  ["a missing option", "move MUG 1 --from Main", /required option '--to <location>' not specified/],
  [
    "an unknown format",
    "counts -o yaml",
    /argument 'yaml' is invalid. Allowed choices are table, json/,
  ],
  [
    "a file that cannot be written",
    "export csv changes --file no/such/folder.csv",
    /error\[BAD_FILE\]: no\/such\/folder\.csv cannot be written: ENOENT/,
  ],
  [
    "a verb of a group",
    "tokens create Till",
    /'--scope <scope>' not specified\n {2}hint: see: bincard help tokens create\n/,
  ],
  ["an item that is to stay as it is", "items update MUG", /nothing to change\n {2}hint: .*--name/],
  [
    "a token that is dead when it is made",
    "tokens create Till --scope ADMIN --expires 2020-01-01T00:00:00Z",
    /2020-01-01T00:00:00Z has passed/,
  ],
  ["a file of one form in another", "export csv -o json", /writes csv, not json/],
  ["a bad limit", "counts --limit none", /--limit must be a whole number/],
  [
    "a bad quantity",
    "sell MUG two",
    /error\[INVALID_QUANTITY\]: must be a decimal.*\n {2}at: changes\[0\]\.quantity/,
  ],
  ["a negative quantity", "sell MUG -1", /error\[INVALID_QUANTITY\]/],
  [
    "a bad time",
    "sell MUG 1 --at noon",
    /error\[INVALID_TIME\].*\n {2}at: changes\[0\]\.occurredAt\n {2}request:/,
  ],
  ["a time to come", "sell MUG 1 --at 2199-01-01T00:00:00Z", /error\[INVALID_TIME\]/],
  [
    "a forbidden transition",
    "adjust MUG 1 --from-state SOLD --to-state WASTE",
    /error\[FORBIDDEN_TRANSITION\]/,
  ],
  ["a foreign cursor", "counts --cursor abc", /error\[INVALID_CURSOR\]/],
  [
    "a place that is none",
    "changes tail --from abc",
    /error\[INVALID_CURSOR\]: is not .*\n {2}at: after\n {2}hint: .*feed.locate/,
  ],
  ["an answer without an end as one value", "api feed.follow --json", /has no end/],
  ["no such profile", "counts --profile nobody", /there is no profile "nobody"/],
  ["a group without a verb", "items", /Usage: bincard items/],
])("2: %s", async (_, command, stderr) => {
  const refused = await world.type(command);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(stderr);
});

test("2: a token that is none, but for a line break at its end", async () => {
  const broken = await world.type("counts", { env: { BINCARD_TOKEN: "bincard a" } });
  expect(broken).toMatchObject({ code: 2, stdout: "" });
  expect(broken.stderr).toMatch(/^error\[USAGE\]: token must be a token as it was made/);
  const token = `${world.env["BINCARD_TOKEN"]}\n`;
  expect(await world.type("counts", { env: { BINCARD_TOKEN: token } })).toMatchObject({ code: 0 });
});

test("3: refused by the ledger", async () => {
  const at = new Date().toISOString();
  await world.type(`receive MUG 1 --key TWICE --at ${at}`);
  const reused = await world.type(`receive MUG 2 --key TWICE --at ${at}`);
  expect(reused.code).toBe(3);
  expect(reused.stderr).toMatch(
    /^error\[IDEMPOTENCY_KEY_REUSED\]: .*\n(.*\n)* {2}hint: .*\n {2}key: TWICE\n {2}request: \S+\n$/,
  );
  await world.type("locations create Depot");
  expect(await world.type("locations create Depot")).toMatchObject({ code: 3 });
  const stale = await world.type("items update MUG --sku MUG --if-version 9");
  expect(stale.code).toBe(3);
  expect(stale.stderr).toMatch(/error\[VERSION_MISMATCH\]/);
});

test("4: no token, a wrong one, one that lacks the scope", async () => {
  const none = await world.type("counts", { env: { BINCARD_TOKEN: "" } });
  expect(none.code).toBe(4);
  expect(none.stderr).toMatch(/error\[NO_TOKEN\]: no token for .*\n {2}hint: run "bincard login/);
  const wrong = await world.type("counts", { env: { BINCARD_TOKEN: "bincard_wrong" } });
  expect(wrong.code).toBe(4);
  expect(wrong.stderr).toMatch(/error\[UNAUTHENTICATED\]/);
  const { token } = await world.client.tokens.create({
    application: { name: "Reader" },
    scopes: ["INVENTORY_READ"],
  });
  const env = { BINCARD_TOKEN: token };
  const lacking = await world.type("locations create Shop", { env });
  expect(lacking.code).toBe(4);
  expect(lacking.stderr).toMatch(/error\[INSUFFICIENT_SCOPE\]: .*MERCHANT_PROFILE_WRITE/);
});

test("5: not found", async () => {
  expect(await world.type("items get NOTHING")).toMatchObject({ code: 5 });
  const change = await world.type("changes get NOTHING");
  expect(change).toMatchObject({ code: 5 });
  expect(change.stderr).toContain('hint: see "bincard changes --newest"');
  expect(await world.type("locations get NOWHERE")).toMatchObject({ code: 5 });
  expect(await world.type("tokens revoke NOBODY --yes")).toMatchObject({ code: 5 });
});

test("8: unreachable, with the command that settles what became of a change", async () => {
  const silent = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const env = { BINCARD_URL: `http://127.0.0.1:${port}` };
  const listed = await world.type("counts", { env });
  expect(listed.code).toBe(8);
  expect(listed.stderr).toMatch(/error\[NETWORK_FAULT\]/);
  silent.close();
  const gone = await world.type("counts", { env });
  expect(gone.code).toBe(8);
});

test("130: interrupted", async () => {
  const interrupted = AbortSignal.abort();
  const stopped = await world.type("counts", { interrupted });
  expect(stopped).toMatchObject({ code: 130, stdout: "" });
  expect(stopped.stderr).toMatch(/^error\[INTERRUPTED\]/);
});

test("errors in JSON are one object on one line of stderr", async () => {
  for (const asked of ["--json", "-o json", "--output=ndjson"]) {
    const refused = await world.type(`sell MUG two --location Main ${asked}`);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: {
        code: "INVALID_QUANTITY",
        exitCode: 2,
        at: "changes[0].quantity",
        request: expect.any(String),
      },
    });
    expect(refused.stderr).not.toContain('"key"');
  }
  const usage = await world.type("sell --json");
  expect(JSON.parse(usage.stderr)).toMatchObject({ error: { code: "USAGE", exitCode: 2 } });
});
