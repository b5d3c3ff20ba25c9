import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG-BLUE"]);
});
afterAll(async () => world.end());

/** The quantity of a state at a location, as the counts listing prints it. */
async function quantity(state: string, location = "Main"): Promise<string | undefined> {
  const { stdout } = await world.type(
    `counts MUG-BLUE --location ${location} --state ${state} -o ndjson`,
  );
  const row: { quantity: string } | undefined = stdout === "" ? undefined : JSON.parse(stdout);
  return row?.quantity;
}

test("what a day brings: receive, sell, waste, count, adjust", async () => {
  const received = await world.type("receive MUG-BLUE 12 --reference PO-1 --employee E7");
  expect(received.code).toBe(0);
  expect(received.stdout).toMatch(/^ITEM +NAME +LOCATION +STATE +QUANTITY +CALCULATED AT\n/);
  expect(received.stdout).toMatch(/\nMUG-BLUE +Blue mug +Main +IN_STOCK +12 /);
  expect(received.stderr).toMatch(/^recorded: change \S+, position 1, key \S+\n$/);
  expect((await world.type("sell MUG-BLUE 2.5 --quiet")).stderr).toBe("");
  expect(await quantity("IN_STOCK")).toBe("9.5");
  expect((await world.type("waste MUG-BLUE 1")).code).toBe(0);
  expect((await world.type("waste MUG-BLUE 1 --from UNLINKED_RETURN")).code).toBe(0);
  expect((await world.type("receive MUG-BLUE 1 --from unlinked-return")).code).toBe(0);
  expect([await quantity("IN_STOCK"), await quantity("WASTE")]).toEqual(["9.5", "2"]);
  const adjusted = "adjust MUG-BLUE 1 --from-state WASTE --to-state IN_STOCK";
  expect((await world.type(adjusted)).code).toBe(0);
  expect([await quantity("IN_STOCK"), await quantity("WASTE")]).toEqual(["10.5", "1"]);
  expect((await world.type("count MUG-BLUE 8")).code).toBe(0);
  expect((await world.type("count MUG-BLUE 0 --state WASTE")).code).toBe(0);
  expect([await quantity("IN_STOCK"), await quantity("WASTE")]).toEqual(["8", "0"]);
  const { changes } = await world.client.changes.list();
  expect(changes[0]).toMatchObject({ referenceId: "PO-1", employeeId: "E7" });
});

test("a count that changes nothing says so, and is recorded when asked", async () => {
  await world.type("count MUG-BLUE 30");
  const unchanged = await world.type("count MUG-BLUE 30");
  expect(unchanged.stderr).toMatch(/^nothing recorded: the count is what it was/);
  const recorded = await world.type("count MUG-BLUE 30 --record-unchanged");
  expect(recorded.stderr).toMatch(/^recorded: change/);
});

test("a move takes from one location and gives to the other, by name or id", async () => {
  await world.type("count MUG-BLUE 30");
  await world.type("locations create Depot --id DEPOT-1");
  expect((await world.type("move MUG-BLUE 5 --from Main --to depot")).code).toBe(0);
  expect((await world.type("move MUG-BLUE 1 --from Main --to DEPOT-1")).code).toBe(0);
  expect([await quantity("IN_STOCK"), await quantity("IN_STOCK", "Depot")]).toEqual(["24", "6"]);
});

test("with several locations one must be named; the profile's is the default", async () => {
  const vague = await world.type("sell MUG-BLUE 1");
  expect(vague.code).toBe(2);
  expect(vague.stderr).toBe(
    'error[USAGE]: which location?\n  hint: name one: --location Main (known: "Main", "Depot")\n',
  );
  const login = ["login", "--profile", "till", "--with-token", "--location", "Depot"];
  expect((await world.type(login, { stdin: world.token })).code).toBe(0);
  const env = { BINCARD_URL: "", BINCARD_TOKEN: "" };
  const sold = await world.type("sell MUG-BLUE 1 --profile till", { env });
  expect(sold.stdout).toMatch(/ Depot /);
});

test("L6: a key is applied once, and wants the time that makes it the same request", async () => {
  const bare = await world.type("receive MUG-BLUE 1 --location Main --key K1");
  expect(bare.code).toBe(2);
  expect(bare.stderr).toMatch(/--key wants --at/);
  const at = new Date().toISOString();
  const command = `receive MUG-BLUE 1 --location Main --key K1 --at ${at}`;
  expect((await world.type(command)).stderr).toMatch(/^recorded:/);
  const before = await quantity("IN_STOCK");
  expect((await world.type(command)).stderr).toMatch(/^was recorded before:/);
  expect(await quantity("IN_STOCK")).toBe(before);
});

test("JSON is the whole answer, CSV and NDJSON likewise without a word more", async () => {
  const answer = await world.type("receive MUG-BLUE 1 --location Main --json");
  expect(JSON.parse(answer.stdout)).toMatchObject({
    changes: [{ type: "ADJUSTMENT", fromState: "NONE", toState: "IN_STOCK", quantity: "1" }],
    counts: [{ state: "IN_STOCK" }],
    replayed: false,
  });
  const line = await world.type("receive MUG-BLUE 1 --location Main -o ndjson");
  expect(line.stdout.trim().split("\n")).toHaveLength(1);
  const csv = await world.type("receive MUG-BLUE 1 --location Main -o csv");
  expect(csv.stdout).toMatch(
    /^catalogObjectId,sku,itemName,locationId,locationName,state,quantity,calculatedAt\n[^,]+,MUG-BLUE,Blue mug,/,
  );
});

test("a name nearly right gets a proposal", async () => {
  const item = await world.type("sell MUG-BLEU 1");
  expect(item).toMatchObject({ code: 5, stdout: "" });
  expect(item.stderr).toBe(
    'error[NOT_FOUND]: no item has the id or SKU "MUG-BLEU"\n  hint: Did you mean "MUG-BLUE"?\n',
  );
  const location = await world.type("sell MUG-BLUE 1 --location Mian");
  expect(location.code).toBe(5);
  expect(location.stderr).toMatch(/hint: Did you mean "Main"\?/);
  const state = await world.type("waste MUG-BLUE 1 --from IN_STOK");
  expect(state.code).toBe(2);
  expect(state.stderr).toMatch(/hint: Did you mean "IN_STOCK"\?/);
});

test("an item with several variations stands for none of them, with one for that one", async () => {
  const words = [
    "items",
    "create",
    "T-shirt",
    "--variation",
    "Small=TEE-S",
    "--variation",
    "Large=TEE-L",
  ];
  const shirt = await world.type([...words, "--json"]);
  const [item] = (JSON.parse(shirt.stdout) as { objects: { id: string }[] }).objects;
  const vague = await world.type(`receive ${item?.id} 1 --location Main`);
  expect(vague.code).toBe(2);
  expect(vague.stderr).toMatch(
    /"T-shirt" is an item with 2 variations\n {2}hint: name one: TEE-L \(Large\), TEE-S \(Small\)/,
  );
  const tea = await world.type("items create Tea --sku TEA --json");
  const [one] = (JSON.parse(tea.stdout) as { objects: { id: string }[] }).objects;
  expect((await world.type(`receive ${one?.id} 1 --location Main`)).stdout).toMatch(/\nTEA +Tea /);
});

test("two variations of one SKU must be told apart by id", async () => {
  await world.type("items create Twin --sku TWIN");
  await world.type("items create Twin --sku TWIN");
  const vague = await world.type("receive TWIN 1 --location Main");
  expect(vague.code).toBe(2);
  expect(vague.stderr).toMatch(/error\[AMBIGUOUS\]: several variations have the SKU "TWIN"/);
});

test("a till's token that may not read names still sells by id", async () => {
  const [variation] = (await world.client.catalog.list({ skus: ["MUG-BLUE"] })).objects;
  const { locations } = await world.client.locations.list();
  const { token } = await world.client.tokens.create({
    application: { name: "Till" },
    scopes: ["INVENTORY_WRITE"],
  });
  const env = { BINCARD_TOKEN: token };
  const sold = await world.type(`sell ${variation?.id} 1 --location ${locations[0]?.id}`, { env });
  expect(sold.code).toBe(0);
  expect(sold.stdout).toContain(variation?.id);
});
