import { type ChangeInput, formatTime, operations } from "@bincard/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type JudgedGroup, judgeGroup } from "../src/rules/group.ts";
import { entryOf } from "../src/rules/moves.ts";
import { UNTOUCHED } from "../src/rules/post.ts";
import { append, type Fence, type Group } from "../src/store/append.ts";
import { connect, type Pools, type Statement } from "../src/store/connect.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/** A group that is sent behind another goes in on top of that one, or not at all. */
let world: World;
let pools: Pools;
let item: string;
beforeAll(async () => {
  world = await openWorld();
  pools = connect(world.url);
});
afterAll(async () => {
  await pools.close();
  await world.close();
});
beforeEach(async () => {
  item = await world.variation("Behind");
});

const received = (quantity: string): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId: item,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity,
  occurredAt: formatTime(Date.now() * 1_000),
});

const fenceNow = async (): Promise<Fence> => {
  const { merchantId } = world.root;
  const [row] = await world.sql`
    select position::float8, catalog_version::float8 from bincard.merchants where id = ${merchantId}`;
  return {
    merchantId,
    position: Number(row?.["position"]),
    catalogVersion: Number(row?.["catalog_version"]),
    behind: undefined,
  };
};

const after = (group: Group): Fence => ({
  ...group.fence,
  position: group.judged.position,
  behind: group.mark,
});

const ONE = 100_000n;
let marks = 1;
/** A receipt of so much of an item of which there is `had`. */
function groupOf(fence: Fence, quantity: string, had = 0n): Group {
  const { tokenId, application } = world.root;
  const idempotencyKey = newKey();
  const { changes } = parse(operations.changes.create, {
    idempotencyKey,
    changes: [received(quantity)],
  });
  const batch = { entries: changes.map(entryOf), ignoreUnchangedCounts: true };
  const judged: JudgedGroup = judgeGroup([batch], {
    position: fence.position,
    held: () => ({ tally: { ...UNTOUCHED, quantity: had * ONE }, calculatedAt: 0 }),
    catalogObjectType: () => "ITEM_VARIATION",
    hasLocation: () => true,
    storedInstant: () => ({ quantity: 0n, countedAt: -Infinity }),
  });
  const request = {
    key: idempotencyKey,
    fingerprint: "00".repeat(32),
    tokenId,
    applicationId: application.id,
  };
  return { fence, mark: marks++, requests: [request], judged };
}

const send = (groups: readonly Group[]) => {
  const writer = pools.writers.leastBusy();
  const { merchantId } = world.root;
  return Promise.all(
    groups.map((group) => writer.run([merchantId], (sql) => append(sql, [group]))),
  );
};

test("both go in, one after the other, when nothing comes between", async () => {
  const first = groupOf(await fenceNow(), "1");
  const second = groupOf(after(first), "2", 1n);
  const [[one], [two]] = (await send([first, second])) as [[number], [number]];
  expect(two).toBeGreaterThan(one);
  expect((await fenceNow()).position).toBe(second.judged.position);
});

test("L1: when another's group took the first one's place, the second stays out, though positions agree", async () => {
  const fence = await fenceNow();
  const [other, first] = [groupOf(fence, "5"), groupOf(fence, "1")];
  const second = groupOf(after(first), "2");
  expect((await send([other]))[0]?.[0]).toBeTypeOf("number");
  expect(other.judged.position).toBe(second.fence.position);
  expect(await send([first, second])).toEqual([[undefined], [undefined]]);
});

test("L1 L7: the same under a server's own lanes: all go in once, in spite of what came between", async () => {
  // What the server has to know, so that it need not read before it sends.
  await world.record([received("1")]);
  const fence = await fenceNow();
  const writes: Promise<unknown>[] = [];
  await pools.locking.of(fence.merchantId).begin(async (sql: Statement) => {
    const [at] = await append(sql, [groupOf(fence, "10", 1n)]);
    expect(at).toBeTypeOf("number");
    // The first waits for the lock that we hold, the second waits behind it.
    writes.push(world.record([received("2")]));
    await turnOfTheLoop();
    writes.push(world.record([received("4")]));
    await turnOfTheLoop();
  });
  await Promise.all(writes);
  expect(await world.quantity(item)).toBe("17");
  const found = await world.ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}));
  expect(found.findings).toEqual([]);
});

const turnOfTheLoop = () => new Promise((wake) => setTimeout(wake, 50));
