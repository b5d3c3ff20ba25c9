import { type ChangeInput, formatTime, operations, Refusal } from "@bincard/contracts";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openLedger, type Telemetry } from "../src/index.ts";
import { DEAF } from "./deaf.ts";
import { failing } from "./failing.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const HOUR = 3_600_000_000;
const now = Date.now() * 1_000;

const counted = (catalogObjectId: string, hoursAgo: number, quantity: string): ChangeInput => ({
  type: "PHYSICAL_COUNT",
  catalogObjectId,
  locationId: world.main,
  state: "IN_STOCK",
  quantity,
  occurredAt: formatTime(now - hoursAgo * HOUR),
});

test("L1 L5: what comes while a group that missed its fence is settled waits for it", async () => {
  const items = await Promise.all(["One", "Two"].map((name) => world.variation(name)));
  const [one = "", two = ""] = items;
  let onMissed: (() => void) | undefined;
  const telemetry: Telemetry = {
    ...DEAF,
    groupSettled(_, outcome) {
      if (outcome === "missed") onMissed?.();
      if (outcome === "missed") onMissed = undefined;
    },
  };
  const ledger = openLedger({ databaseUrl: world.url, telemetry });
  const record = async (...changes: ChangeInput[]) =>
    ledger.changes.create(
      world.root,
      parse(operations.changes.create, { idempotencyKey: newKey(), changes }),
    );
  try {
    for (let round = 1; round <= 10; round++) {
      // Both have a young count, so that an older one asks what the history says.
      await record(counted(one, 1, String(round)), counted(two, 1, String(round)));
      // Another server moves the catalog on: the next group misses its fence.
      await world.variation(`Elsewhere ${round}`);
      let second: ReturnType<typeof record> | undefined;
      onMissed = () => {
        // In the very moment in which the first turns out to have missed.
        second = record(counted(two, 3 + round, "7"));
      };
      const first = await record(counted(one, 3 + round, "5"));
      expect(onMissed).toBeUndefined();
      expect(first.counts).toMatchObject([{ quantity: String(round) }]);
      expect((await second)?.counts).toMatchObject([{ quantity: String(round) }]);
    }
    const verified = await ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}));
    expect(verified.findings).toEqual([]);
  } finally {
    await ledger.close();
  }
});

const received = (catalogObjectId: string): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity: "1",
  occurredAt: formatTime(Date.now() * 1_000),
});

const outcomeOf = async (recording: Promise<unknown>) =>
  recording.then(
    () => "recorded",
    (error: unknown) => (error instanceof Refusal ? error.code : "failed"),
  );

test("what the database has no time for is told to all who wait for it at once", async () => {
  const bag = await world.variation("Bag that waits");
  let sent = 0;
  const telemetry: Telemetry = { ...DEAF, groupSent: () => void sent++ };
  const ledger = openLedger({ databaseUrl: world.url, telemetry });
  onTestFinished(() => ledger.close());
  const record = async () => {
    const input = { idempotencyKey: newKey(), changes: [received(bag)] };
    return ledger.changes.create(world.root, parse(operations.changes.create, input));
  };
  await record();
  sent = 0;
  onTestFinished(await failing(world.sql, world.root.merchantId, "57014"));
  const outcomes = await Promise.all(Array.from({ length: 20 }, async () => outcomeOf(record())));
  expect(outcomes).toEqual(outcomes.map(() => "UNAVAILABLE"));
  // Half of them in each of two statements, and none by itself.
  expect(sent).toBeLessThanOrEqual(3);
});

test("L6 L7: a key whose transaction failed at its very end is settled by its retry", async () => {
  const bag = await world.variation("Bag at the end");
  const { sql } = world;
  // A transaction of several statements is one that holds the merchant's lock.
  await sql.unsafe(`
    create function bincard.cut() returns trigger language plpgsql as $$
      begin
        if current_setting('application_name') = 'bincard'
          and transaction_timestamp() < statement_timestamp()
        then raise exception 'cut at the commit' using errcode = '40001';
        end if;
        return null;
      end $$;
    create constraint trigger cut after update on bincard.merchants
      deferrable initially deferred for each row execute function bincard.cut()`);
  let isOver = false;
  // Another server, whose writing makes this one miss its fence until it takes the lock.
  const hinder = async () => {
    while (!isOver) await sql`update bincard.merchants set catalog_version = catalog_version + 1`;
  };
  const hindering = [hinder(), hinder()];
  let failed: { readonly key: string; readonly changes: ChangeInput[] } | undefined;
  try {
    for (let n = 0; n < 40 && failed === undefined; n++) {
      const [key, changes] = [newKey(), [received(bag)]];
      const outcome = await outcomeOf(world.record(changes, { key }));
      if (outcome === "UNAVAILABLE") failed = { key, changes };
    }
  } finally {
    isOver = true;
    await Promise.all(hindering);
    await sql.unsafe("drop function bincard.cut cascade");
  }
  expect(failed).toBeDefined();
  const { key = "", changes = [] } = failed ?? {};
  // Twice: what the retry was told is the key's answer.
  for (let retry = 1; retry <= 2; retry++)
    expect(await world.record(changes, { key })).toMatchObject({ idempotencyKey: key });
});

test("L6: a retry whose day is over while its first attempt is on its way waits for that one's answer", async () => {
  const bag = await world.variation("Bag at the border");
  let later = 0;
  const clock = () => Date.now() * 1_000 + later;
  const ledger = openLedger({ databaseUrl: world.url, clock });
  onTestFinished(() => ledger.close());
  const scopes = world.root.scopes.filter((scope) => scope !== "INVENTORY_BACKDATE");
  const till = { ...world.root, scopes };
  const almostADayAgo = formatTime(clock() - 24 * HOUR + 60_000_000);
  const changes = [{ ...received(bag), occurredAt: almostADayAgo }];
  const input = parse(operations.changes.create, { idempotencyKey: newKey(), changes });
  const order: string[] = [];
  const record = async (what: string) => {
    const answer = await ledger.changes.create(till, input);
    order.push(what);
    return answer;
  };
  let recording: ReturnType<typeof record>[] = [];
  await world.sql.begin(async (lock) => {
    await lock`select from bincard.merchants for update`;
    recording = [record("first")];
    const waits = async () =>
      (await world.sql`select from pg_stat_activity where wait_event_type = 'Lock'`).length;
    await expect.poll(waits).toBeGreaterThan(0);
    later = 2 * HOUR;
    recording.push(record("retry"));
  });
  const [first, retry] = await Promise.all(recording);
  expect(order).toEqual(["first", "retry"]);
  expect(retry).toMatchObject({ changes: first?.changes, replayed: true });
  // What was never taken is refused as ever.
  const other = { ...input, idempotencyKey: newKey() };
  expect(await outcomeOf(ledger.changes.create(till, other))).toBe("INVALID_TIME");
});
