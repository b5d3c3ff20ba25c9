import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(async () => world.end());

test("items: create, list, get, update, delete", async () => {
  const words = ["items", "create", "Blue mug", "--sku", "MUG", "--upc", "123", "--id", "MUG-1"];
  const created = await world.type([...words, "--description", "Holds tea"]);
  expect(created.code).toBe(0);
  expect(created.stdout).toMatch(/\nMUG-1 +ITEM_VARIATION +MUG +Blue mug +Regular +123 /);
  const listed = await world.type(["items", "list", "--text", "blue"]);
  expect(listed.stdout).toMatch(/\nMUG-1 +ITEM_VARIATION +MUG +Blue mug/);
  expect((await world.type("items list --sku NONE")).stdout).toBe("");
  const got = await world.type("items get MUG --json");
  expect(JSON.parse(got.stdout)).toMatchObject({ id: "MUG-1", sku: "MUG", upc: "123", version: 1 });
  const updated = await world.type(["items", "update", "MUG", "--sku", "MUG-NAVY", "--json"]);
  expect(JSON.parse(updated.stdout)).toMatchObject({ sku: "MUG-NAVY", upc: "123", version: 2 });
  const { itemId }: { itemId: string } = JSON.parse(updated.stdout);
  const renamed = await world.type(["items", "update", itemId, "--name", "Navy mug", "--json"]);
  expect(JSON.parse(renamed.stdout)).toMatchObject({ name: "Navy mug", description: "Holds tea" });
  expect(await world.type(`items update ${itemId} --sku X`)).toMatchObject({ code: 2 });
  expect(await world.type("items update MUG-1 --description X")).toMatchObject({ code: 2 });
  expect(await world.type("items create X --sku A --variation B=C")).toMatchObject({ code: 2 });
});

test("what cannot be taken back takes --yes off a terminal, and says the whole command", async () => {
  await world.type(["items", "create", "Tea pot", "--sku", "POT"]);
  const refused = await world.type("items delete POT");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(
    /error\[CONFIRMATION_NEEDED\]: delete "Tea pot" \(POT\)\?\n {2}hint: to go ahead: bincard items delete POT --yes\n/,
  );
  expect((await world.type("items get POT")).code).toBe(0);
  const deleted = await world.type("items delete POT --yes");
  expect(deleted).toMatchObject({ code: 0 });
  expect((await world.type("items get POT")).code).toBe(5);
  expect((await world.type("items get POT --deleted")).stdout).toMatch(/\nDELETED +yes/);
  expect((await world.type("items list --deleted")).stdout).toMatch(/ POT /);
});

test("counts and changes of what is deleted are shown, by id and by SKU, after what lives", async () => {
  await world.type(["items", "create", "Old tin", "--sku", "TIN"]);
  const { objects } = await world.client.catalog.list({ skus: ["TIN"] });
  const [variation] = objects;
  const item = variation?.type === "ITEM_VARIATION" ? variation.itemId : "";
  await world.type("receive TIN 4");
  await world.type(`items delete ${item} --yes`);
  for (const name of ["TIN", variation?.id ?? "", item]) {
    expect((await world.type(`counts ${name}`)).stdout).toMatch(/\nTIN +Old tin .* 4 /);
    expect((await world.type(`changes ${name}`)).stdout).toMatch(/ NONE +IN_STOCK .* 4 /);
  }
  expect((await world.type("receive TIN 1")).code).toBe(5);
  await world.type(["items", "create", "New tin", "--sku", "TIN"]);
  await world.type("receive TIN 7");
  const living = await world.type("counts TIN");
  expect(living.stdout).toMatch(/\nTIN +New tin .* 7 /);
  expect(living.stdout).not.toMatch(/Old tin/);
});

test("a key creates an item once", async () => {
  const words = ["items", "create", "Spoon", "--sku", "SPOON", "--key", "K1"];
  await world.type(words);
  expect((await world.type(words)).code).toBe(0);
  expect((await world.client.catalog.list({ skus: ["SPOON"] })).objects).toHaveLength(1);
});

test("locations: create, list, get, update", async () => {
  const created = await world.type("locations create Depot --timezone Europe/Berlin --id DEPOT");
  expect(created).toMatchObject({ code: 0 });
  expect(created.stdout).toMatch(
    /^ID +DEPOT\nNAME +Depot\nSTATUS +ACTIVE\nTIME ZONE +Europe\/Berlin\n/,
  );
  expect((await world.type("locations list")).stdout).toMatch(/\nDEPOT +Depot +ACTIVE/);
  const updated = await world.type("locations update depot --name Store --status INACTIVE --json");
  expect(JSON.parse(updated.stdout)).toMatchObject({
    id: "DEPOT",
    name: "Store",
    status: "INACTIVE",
  });
  expect((await world.type("locations get Store --json")).stdout).toMatch(
    /"timezone": "Europe\/Berlin"/,
  );
  const zone = await world.type("locations create X --timezone Mars");
  expect(zone.stderr).toMatch(/error\[INVALID_VALUE\].*\n {2}at: timezone/);
});

test("merchants and tokens: made, listed, used, revoked", async () => {
  const made = await world.type(["merchants", "create", "Corner Shop", "--json"]);
  const { id }: { id: string } = JSON.parse(made.stdout);
  expect((await world.type("merchants list")).stdout).toMatch(new RegExp(`\n${id} +Corner Shop `));
  const words = ["tokens", "create", "Till", "--scope", "inventory-read", "--merchant", id];
  const token = await world.type([...words, "--json"]);
  expect(token.stderr).toMatch(/not shown again/);
  const secret: { token: string; info: { id: string } } = JSON.parse(token.stdout);
  const env = { BINCARD_TOKEN: secret.token };
  expect((await world.type("counts", { env })).code).toBe(0);
  const whoami = await world.type("whoami", { env });
  expect(whoami.stdout).toMatch(/\nMERCHANT +Corner Shop\n(.*\n)*SCOPES +INVENTORY_READ\n$/);
  const listed = await world.type(`tokens list --merchant ${id}`);
  expect(listed.stdout).toMatch(/ Till /);
  expect(listed.stdout).not.toContain(secret.token);
  const revoke = `tokens revoke ${secret.info.id} --merchant ${id}`;
  expect((await world.type(revoke)).code).toBe(2);
  expect((await world.type(`${revoke} --yes`)).code).toBe(0);
  const revoked = await world.type("counts", { env });
  expect(revoked.code).toBe(4);
  expect(revoked.stderr).toMatch(/error\[TOKEN_REVOKED\]/);
  const scope = await world.type("tokens create Till --scope INVENTORY_RED");
  expect(scope.stderr).toMatch(/hint: Did you mean "INVENTORY_READ"/);
});

test("api: any procedure by name, its input from the line or from stdin", async () => {
  const direct = await world.type(["api", "catalog.list", "--input", '{"skus":["SPOON"]}']);
  expect(JSON.parse(direct.stdout)).toMatchObject({ objects: [{ sku: "SPOON" }] });
  const stdin = await world.type("api locations.create --input - -o ndjson", {
    stdin: '{"name":"Van"}',
  });
  expect(stdin.stdout).toMatch(/^\{"location":\{.*"name":"Van".*\}\}\n$/);
  expect((await world.type("api tokens.current")).code).toBe(0);
  const unknown = await world.type("api count.list");
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.stderr).toMatch(/Did you mean "counts.list"/);
  expect((await world.type("api toString.call")).code).toBe(2);
  for (const input of ["{", "[]", "7"])
    expect(await world.type(["api", "counts.list", "--input", input])).toMatchObject({ code: 2 });
  const ctrlC = new AbortController();
  const following = world.type("api feed.follow", {
    interrupted: ctrlC.signal,
    onPrint: () => ctrlC.abort(),
  });
  await expect(following).resolves.toMatchObject({
    code: 130,
    stdout: expect.stringMatching(/^\{"changes":.*\}\n$/),
  });
  const refused = await world.type(["api", "counts.list", "--input", '{"limit":0}']);
  expect(refused.stderr).toMatch(/error\[TOO_LOW\].*\n {2}at: limit/);
});
