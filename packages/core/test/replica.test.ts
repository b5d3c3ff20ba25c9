import { operations } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "../src/index.ts";
import { everyOperation, subscribed, type Things } from "./every-operation.ts";
import { refusalOf } from "./refusal-of.ts";
import { openWorld, parse, type World } from "./world.ts";

/** A server on a database that takes no writes, as a standby is: it starts, reads and says what it cannot do. */

let world: World;
let reading: OpenLedger;
let things: Things;
beforeAll(async () => {
  world = await openWorld();
  const catalogObjectId = await world.variation("Read");
  const { changes } = await world.record([
    {
      type: "ADJUSTMENT",
      catalogObjectId,
      locationId: world.main,
      fromState: "NONE",
      toState: "IN_STOCK",
      quantity: "7",
      occurredAt: new Date().toISOString(),
    },
  ]);
  const listed = parse(operations.tokens.list, {});
  const { tokens } = await world.ledger.tokens.list(world.root, listed);
  const changeId = changes[0]?.id ?? "";
  const tokenId = tokens[0]?.id ?? "";
  const webhook = await subscribed(world.ledger, world.root);
  things = { catalogObjectId, locationId: world.main, changeId, tokenId, ...webhook };
  await readOnly("on");
  await migrate(world.url);
  await ensureRoot(world.url, { token: makeToken() });
  reading = openLedger({ databaseUrl: world.url, webhooks: world.webhooks });
});
afterAll(async () => {
  await reading.close();
  await world.close();
});

/** Of connections that are made from now on. */
async function readOnly(setting: "on" | "off"): Promise<void> {
  const [row] = await world.sql<{ name: string }[]>`select current_database() as name`;
  await world.sql.unsafe(
    `alter database ${row?.name ?? ""} set default_transaction_read_only = ${setting}`,
  );
}

const named = Object.entries(operations).flatMap(([room, verbs]) =>
  Object.entries(verbs).map(([verb, { kind }]) => ({ name: `${room}.${verb}`, kind })),
);
/** It sends, and writes nothing. */
const SENDS = "webhooks.test";
const names = (isWrite: boolean) =>
  named
    .filter(({ name, kind }) => (kind === "mutation" && name !== SENDS) === isWrite)
    .map(({ name }) => name);

function ask(ledger: OpenLedger, name: string): Promise<unknown> {
  for (const [room, verbs] of Object.entries(everyOperation(ledger)))
    for (const [verb, asked] of Object.entries(verbs))
      if (`${room}.${verb}` === name) return asked(world.root, things);
  throw new Error(`${name} is not asked`);
}

test.each(names(false))("%s reads it", async (name) => {
  await ask(reading, name);
});

test.each(names(true))("%s is UNAVAILABLE there", async (name) => {
  const refusal = await refusalOf(() => ask(reading, name));
  expect(refusal.code).toBe("UNAVAILABLE");
  expect(refusal.message).toMatch(/takes no writes: it is a standby/);
});

test("promoted, it writes", async () => {
  await readOnly("off");
  const promoted = openLedger({ databaseUrl: world.url });
  await ask(promoted, "changes.create");
  await promoted.close();
  expect(await world.quantity(things.catalogObjectId)).toBe("8");
});
