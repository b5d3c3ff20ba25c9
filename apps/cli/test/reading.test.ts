import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
let middle: string;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug, large", "--sku", "MUG"]);
  await world.type(["items", "create", "=Tea", "--sku", "TEA"]);
  await world.type("locations create Depot");
  await world.type("receive MUG 12 --location Main --at 2026-11-20T09:00:00Z --reference PO-1");
  await world.type("receive TEA 2.25 --location Depot --at 2026-11-20T10:00:00Z");
  middle = (await world.client.changes.list()).changes[1]?.createdAt ?? "";
  await world.type("move MUG 4 --from Main --to Depot --at 2026-11-20T08:00:00Z");
  await world.type("count MUG 1 --state WASTE --location Main --at 2026-11-20T11:00:00Z");
});
afterAll(async () => world.end());

interface Line {
  readonly catalogObjectId: string;
  readonly state: string;
  readonly quantity: string;
  readonly occurredAt: string;
}
const lines = (text: string): Line[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Line => JSON.parse(line));

test("counts: by item, by location, by state, by time", async () => {
  const quantities = async (filter: string) =>
    lines((await world.type(`counts ${filter} -o ndjson`.replace("  ", " "))).stdout)
      .map(({ quantity }) => quantity)
      .toSorted();
  expect(await quantities("")).toEqual(["1", "2.25", "4", "8"]);
  expect(await quantities("MUG")).toEqual(["1", "4", "8"]);
  expect(await quantities("MUG --location Depot")).toEqual(["4"]);
  expect(await quantities("--location Depot --location Main --state WASTE")).toEqual(["1"]);
  expect(await quantities("--state waste,SOLD")).toEqual(["1"]);
  expect(await quantities(`--updated-after ${middle}`)).toEqual(["1", "4", "8"]);
});

test("changes: by type, by time of receipt, in both orders", async () => {
  const times = async (filter: string) =>
    lines((await world.type(`changes ${filter} -o ndjson`.replace("  ", " "))).stdout).map(
      ({ occurredAt }) => occurredAt.slice(11, 13),
    );
  expect(await times("")).toEqual(["08", "09", "10", "11"]);
  expect(await times("--newest")).toEqual(["11", "10", "09", "08"]);
  expect(await times("MUG --type transfer")).toEqual(["08"]);
  expect(await times("--type ADJUSTMENT --type PHYSICAL_COUNT")).toEqual(["09", "10", "11"]);
  expect(await times(`--updated-before ${middle}`)).toEqual(["09"]);
  expect(await times("--location Depot")).toEqual(["08", "10"]);
  const wrong = await world.type("changes --type count");
  expect(wrong.code).toBe(2);
});

test("a table lines its quantities up on the point and names things", async () => {
  const { stdout, stderr } = await world.type("changes");
  expect(stderr).toBe("");
  const [heading = "", ...rows] = stdout.trimEnd().split("\n");
  const at = heading.indexOf("QUANTITY") + "QUANTITY".length;
  expect(rows.map((row) => row.slice(at - 5, at))).toEqual([" 4   ", "12   ", " 2.25", " 1   "]);
  expect(rows[0]).toMatch(/ TRANSFER +MUG +IN_STOCK +IN_STOCK +Main -> Depot +4 /);
  expect(stdout).not.toContain("\u001b");
});

test("CSV has one stable heading; text that a spreadsheet would run is guarded", async () => {
  const { stdout } = await world.type("counts -o csv");
  expect(stdout.split("\n")[0]).toBe(
    "catalogObjectId,sku,itemName,locationId,locationName,state,quantity,calculatedAt",
  );
  expect(stdout).toMatch(/,TEA,'=Tea,[^,]+,Depot,IN_STOCK,2\.25,/);
  expect(stdout).toMatch(/,MUG,"Blue mug, large",[^,]+,Main,IN_STOCK,8,/);
  const changes = await world.type("changes -o csv");
  expect(changes.stdout.split("\n")[0]).toBe(
    "position,id,occurredAt,createdAt,type,catalogObjectId,sku,itemName,fromState,toState," +
      "fromLocationId,toLocationId,quantity,referenceId,employeeId,teamMemberId,source,applicationId",
  );
  // Two tokens may have the same name, and do when one replaces another.
  const { info } = await world.client.tokens.current();
  expect(changes.stdout.split("\n")[1]).toMatch(new RegExp(`,Root,${info.application.id}$`));
});

test("what a token cannot look up by its name is not nothing", async () => {
  const { token } = await world.client.tokens.create({
    application: { name: "Till" },
    scopes: ["INVENTORY_READ", "INVENTORY_WRITE"],
  });
  const env = { BINCARD_TOKEN: token };
  const { objects } = await world.client.catalog.list({ skus: ["MUG"] });
  const { locations } = await world.client.locations.list();
  const main = locations.find(({ name }) => name === "Main")?.id ?? "";
  const mug = objects[0]?.id ?? "";
  for (const command of ["counts MUG", "changes MUG -o csv", `sell MUG 1 --location ${main}`]) {
    const unknown = await world.type(command, { env });
    expect([unknown.code, unknown.stdout], command).toEqual([4, ""]);
    expect(unknown.stderr).toMatch(/error\[NOT_PERMITTED\]: .*"MUG"\n {2}hint: .*ITEMS_READ/);
  }
  for (const command of ["counts --location Main", "changes --location Main --json"]) {
    const unknown = await world.type(command, { env });
    expect([unknown.code, unknown.stdout], command).toEqual([4, ""]);
    expect(unknown.stderr).toMatch(/NOT_PERMITTED.*Main[^]*MERCHANT_PROFILE_READ/);
  }
  const known = await world.type(`counts ${mug} --location ${main} --json`, { env });
  const { items }: { items: Line[] } = JSON.parse(known.stdout);
  expect(items).toContainEqual(
    expect.objectContaining({ catalogObjectId: mug, state: "IN_STOCK", quantity: "8" }),
  );
});

test("JSON of a list is items and a cursor, and the cursor goes on", async () => {
  const first = await world.type("changes --limit 3 --json");
  const page: { items: Line[]; cursor: string } = JSON.parse(first.stdout);
  expect(page.items).toHaveLength(3);
  const rest = await world.type(`changes --limit 3 --cursor ${page.cursor} --json`);
  expect(JSON.parse(rest.stdout)).toEqual({
    items: [expect.objectContaining({ type: "PHYSICAL_COUNT" })],
  });
  const all: { items: Line[] } = JSON.parse((await world.type("changes --all --json")).stdout);
  expect(all.items).toHaveLength(4);
  expect(all).not.toHaveProperty("cursor");
});

test("a table that is cut says on stderr how to go on", async () => {
  const { stdout, stderr } = await world.type("counts --limit 1");
  expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  const command = /\n {2}bincard (counts --limit 1 --cursor \S+)\n/.exec(stderr)?.[1] ?? "";
  expect((await world.type(command)).stdout.trimEnd().split("\n")).toHaveLength(2);
  expect((await world.type("counts --limit 1 --quiet")).stderr).toBe("");
  expect(await world.type("counts --limit 1 --all")).toMatchObject({ code: 2 });
});

test("nothing found is nothing on stdout", async () => {
  expect(await world.type("counts TEA --location Main")).toEqual({
    code: 0,
    stdout: "",
    stderr: "nothing found\n",
  });
});

test("one change by its id", async () => {
  const { changes } = await world.client.changes.list();
  const got = await world.type(`changes get ${changes[1]?.id}`);
  expect(got.stdout).toMatch(/\nITEM +MUG\n/);
  expect(got.stdout).toMatch(/\nREFERENCE +PO-1\n/);
  const json = await world.type(`changes get ${changes[1]?.id} --json`);
  expect(JSON.parse(json.stdout)).toEqual(changes[1]);
});

test("export: everything, to stdout or to a file that is whole", async () => {
  const csv = await world.type("export csv");
  expect(csv).toMatchObject({ code: 0, stderr: "4 counts\n" });
  expect(csv.stdout.trimEnd().split("\n")).toHaveLength(5);
  const file = await world.type("export ndjson changes --file out.ndjson");
  expect(file).toMatchObject({ code: 0, stdout: "", stderr: "4 changes in out.ndjson\n" });
  const { readFile } = await import("node:fs/promises");
  const written = lines(await readFile(`${world.folder}/out.ndjson`, "utf8"));
  expect(written).toEqual((await world.client.changes.list()).changes);
  const wrong = await world.type("export csv count");
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toMatch(/Did you mean "counts"\?/);
});
