import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG"]);
  await world.type("receive MUG 12");
  await world.type("sell MUG 2");
});
afterAll(async () => world.end());

const quantities = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): { quantity: string } => JSON.parse(line))
    .map(({ quantity }) => quantity);
const path = (file: string) => join(world.folder, file);
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition().catch(() => false))) await new Promise((wake) => setTimeout(wake, 10));
};

describe("changes tail", () => {
  test("begins now, so long ago, or at a cursor; says how to go on", async () => {
    const since = await world.type("changes tail --since 1h --once -o ndjson");
    expect(since.code).toBe(0);
    expect(quantities(since.stdout)).toEqual(["12", "2"]);
    const cursor = /changes tail --from (\S+)/.exec(since.stderr)?.[1] ?? "";
    expect((await world.type("changes tail --once -o ndjson")).stdout).toBe("");
    await world.type("sell MUG 3");
    const rest = await world.type(`changes tail --from ${cursor} --once -o ndjson`);
    expect(quantities(rest.stdout)).toEqual(["3"]);
    const table = await world.type(`changes tail --from ${cursor} --once`);
    expect(table.stdout).toMatch(/MUG/);
    const csv = await world.type(`changes tail --from ${cursor} --once -o csv`);
    expect(csv.stdout.split("\n")).toHaveLength(3);
  });

  test("follows until it is interrupted, and resumes from the file it keeps", async () => {
    await world.type("changes tail --once --keep tail.cursor -o ndjson");
    const kept = async () => readFile(path("tail.cursor"), "utf8");
    const ctrlC = new AbortController();
    const before = await kept();
    const tailing = world.type("changes tail --keep tail.cursor -o ndjson", {
      interrupted: ctrlC.signal,
    });
    await world.type("sell MUG 0.5");
    await until(async () => (await kept()) !== before);
    ctrlC.abort();
    const ran = await tailing;
    expect(ran.code).toBe(130);
    expect(quantities(ran.stdout)).toEqual(["0.5"]);
    await world.type("sell MUG 0.25");
    const resumed = await world.type("changes tail --once --keep tail.cursor -o ndjson");
    expect(quantities(resumed.stdout)).toEqual(["0.25"]);
    expect(await world.type("changes tail --once --keep tail.cursor -o ndjson")).toMatchObject({
      stdout: "",
    });
  });

  test.each([
    ["changes tail --once -o json", 2, "one JSON value"],
    ["changes tail --since yesterday", 2, "neither a time nor a while"],
    ["changes tail --since 2026-99-99T00:00:00Z", 2, "receivedBy"],
    ["changes tail --since 1h --from x", 2, "exclude each other"],
    ["changes tail --from not-a-cursor", 2, "INVALID_CURSOR"],
  ])("%s is refused", async (command, code, words) => {
    const ran = await world.type(command);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(words);
  });
});

describe("replica sync", () => {
  test("copies, goes on, proves itself, and finds what is wrong", async () => {
    const first = await world.type("replica sync stock.sqlite --all-changes --prove --json");
    expect(first.code).toBe(0);
    const synced: object = JSON.parse(first.stdout);
    expect(synced).toMatchObject({ file: "stock.sqlite", proof: { isEqual: true } });
    const database = new Database(path("stock.sqlite"));
    const quantity = () =>
      Object(database.prepare("select quantity from bincard_counts").get())["quantity"];
    const kept = () =>
      Object(database.prepare("select count(*) n from bincard_changes").get())["n"];
    const { counts } = await world.client.counts.list();
    expect(quantity()).toBe(counts[0]?.quantity);
    expect(kept()).toBe(Object(synced)["position"]);
    await world.type("sell MUG 1");
    const next = await world.type("replica sync stock.sqlite --all-changes -o json");
    expect(JSON.parse(next.stdout)).toMatchObject({ changes: 1 });
    database.exec("update bincard_counts set quantity = '99'");
    const wrong = await world.type("replica sync stock.sqlite --prove");
    expect(wrong).toMatchObject({
      code: 7,
      stdout: expect.stringContaining("no: the ledger's is"),
    });
    const anew = await world.type("replica sync stock.sqlite --reset --changes --prove --json");
    expect(JSON.parse(anew.stdout)).toMatchObject({
      changes: 0,
      snapshot: 1,
      proof: { isEqual: true },
    });
    expect(kept()).toBe(0);
    database.close();
  });

  test("2: a copy that began without all changes cannot have them", async () => {
    await world.type("replica sync later.sqlite");
    const refused = await world.type("replica sync later.sqlite --all-changes --prove");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    const command = /to begin it anew: bincard (.*)\n/.exec(refused.stderr)?.[1] ?? "";
    expect(command).toBe("replica sync later.sqlite --all-changes --prove --reset");
    expect(await world.type(command)).toMatchObject({ code: 0 });
  });

  test("stays in step until it is interrupted", async () => {
    const ctrlC = new AbortController();
    const syncing = world.type("replica sync live.sqlite --follow", { interrupted: ctrlC.signal });
    await world.type("receive MUG 7");
    const position = (await world.client.feed.locate()).position;
    await until(async () => {
      const database = new Database(path("live.sqlite"), { readonly: true });
      const row: unknown = database.prepare("select position from bincard_place").get();
      database.close();
      return Object(row)["position"] === position;
    });
    ctrlC.abort();
    expect((await syncing).code).toBe(130);
  });

  test("a file that cannot be is refused", async () => {
    const ran = await world.type("replica sync no/such/folder.sqlite");
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("BAD_FILE") });
  });
});
