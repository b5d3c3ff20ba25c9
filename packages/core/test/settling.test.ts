import { type ChangeInput, formatTime, operations } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLedger, type Telemetry } from "../src/index.ts";
import { DEAF } from "./deaf.ts";
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
