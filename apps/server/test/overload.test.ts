import { randomUUID } from "node:crypto";
import { openLedger } from "@bincard/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { createApp } from "../src/app.ts";
import { request } from "./open-app.ts";
import { openLimited } from "./open-limited.ts";
import { at, listAt } from "./square/world.ts";

type Stage = Awaited<ReturnType<typeof openLimited>>;

/** The same in every request: a key may be used again for the same body only. */
const change = {
  type: "ADJUSTMENT",
  catalogObjectId: "BAG",
  locationId: "SHOP",
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity: "1",
  occurredAt: new Date().toISOString(),
};

async function furnished() {
  const stage = await openLimited();
  await stage.ask("POST /trpc/locations.create", { body: { id: "SHOP", name: "Shop" } });
  const objects = [
    { type: "ITEM", id: "TEA", name: "Tea", variations: [{ id: "BAG", name: "Bag" }] },
  ];
  await stage.ask("POST /trpc/catalog.upsert", { body: { idempotencyKey: "c", objects } });
  return stage;
}

const report = async ({ ask }: Stage, idempotencyKey: string) =>
  ask("POST /trpc/changes.create", { body: { idempotencyKey, changes: [change] } });

/** What is there now, soundly. */
async function onHand({ ask }: Stage) {
  const verified = await (await ask("GET /trpc/ledger.verify")).json();
  expect(verified).toMatchObject({ result: { data: { findings: [] } } });
  const answer: unknown = await (await ask("GET /trpc/counts.list")).json();
  return listAt(answer, "result", "data", "counts").map((count) => at(count, "quantity"));
}

/** PostgreSQL's own words for what it could not do, raised where it would raise them: in the middle of the write. */
const LACKS = [
  ["disk full", "53100", "could not extend file: No space left on device"],
  ["out of memory", "53200", "out of memory"],
  ["a file that cannot be written", "58030", "could not write block 7"],
  ["a statement that took too long", "57014", "canceling statement due to statement timeout"],
  ["a standby", "25006", "cannot execute INSERT in a read-only transaction"],
] as const;

describe("the database cannot now", () => {
  test.each(LACKS)(
    "%s: 503 with a time to come back, nothing stored, and it goes on",
    async (_, code, words) => {
      const stage = await furnished();
      expect((await report(stage, "first")).status).toBe(200);
      const { run } = stage.database;
      await run(`create function lacks() returns trigger language plpgsql as
      $$ begin raise exception using errcode = '${code}', message = '${words}'; end $$`);
      for (const table of ["changes", "locations"])
        await run(
          `create trigger lacks before insert on bincard.${table} for each row execute function lacks()`,
        );
      const key = randomUUID();
      const asked = [
        await report(stage, key),
        await stage.ask("POST /trpc/locations.create", { body: { name: "Cellar" } }),
        await stage.ask("POST /v2/locations", { body: { location: { name: "Cellar" } } }),
      ];
      for (const answer of asked) {
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
        expect(await answer.text()).not.toContain(words);
      }
      // The operator learns what it was.
      expect(stage.logged()).toContain(words);
      for (const table of ["changes", "locations"])
        await run(`drop trigger lacks on bincard.${table}`);
      expect(await onHand(stage)).toEqual(["1"]);
      expect((await report(stage, key)).status).toBe(200);
      expect(await onHand(stage)).toEqual(["2"]);
    },
  );

  test("its connections are cut again and again: every effect happens once, and nothing needs a restart", async () => {
    const stage = await furnished();
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const cut = async () =>
      stage.database.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'bincard'",
      );
    for (let round = 0; round < 4; round++) {
      const answers = keys
        .slice(round * 10, round * 10 + 10)
        .map(async (key) => report(stage, key));
      await cut();
      for (const { status } of await Promise.all(answers)) expect([200, 503]).toContain(status);
    }
    for (const key of keys) {
      await expect
        .poll(async () => (await report(stage, key)).status, { timeout: 20_000 })
        .toBe(200);
    }
    expect(await onHand(stage)).toEqual(["40"]);
  });

  test("no connection left for us: 503, and as soon as there are some again, it goes on", async () => {
    const { database, token } = await furnished();
    const role = `crowded_${randomUUID().replaceAll("-", "")}`;
    await database.run(`create role ${role} login password 'p' connection limit 0`);
    await database.run(`grant bincard_app, bincard_gate to ${role}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = "p";
    const ledger = openLedger({ databaseUrl: url.href });
    onTestFinished(async () => ledger.close());
    const app = createApp({ ledger });
    const headers = { Authorization: `Bearer ${token}` };
    const ask = async () => app.fetch(request("/v2/locations", { headers }));
    for (let asked = 0; asked < 3; asked++) {
      const answer = await ask();
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    }
    expect((await app.fetch(request("/readyz"))).status).toBe(503);
    await database.run(`alter role ${role} connection limit -1`);
    await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(200);
    expect((await app.fetch(request("/readyz"))).status).toBe(200);
    await ledger.close();
    await database.run(`drop role ${role}`);
  });
});
