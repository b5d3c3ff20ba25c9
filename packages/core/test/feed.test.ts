import { createHash } from "node:crypto";
import { type ChangeInput, type FeedPage, formatTime, operations } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
let item: string;
let start: string;
beforeAll(async () => {
  world = await openWorld();
  item = await world.variation("Tea");
});
afterAll(async () => world.close());

const move = (quantity: string, catalogObjectId = item): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity,
  occurredAt: formatTime(Date.now() * 1_000),
});
const read = (given: { after?: string; limit?: number } = {}) =>
  world.ledger.feed.read(world.root, parse(operations.feed.read, given));
const locate = (given: object = {}) =>
  world.ledger.feed.locate(world.root, parse(operations.feed.locate, given));
const quantitiesOf = ({ changes }: FeedPage) => changes.map(({ quantity }) => quantity);

describe("a page", () => {
  test("is empty where nothing is new, and has a cursor all the same", async () => {
    start = (await locate()).cursor;
    const page = await read({ after: start });
    expect(page).toMatchObject({ changes: [], counts: [], more: false });
    expect(await read({ after: page.cursor })).toEqual(page);
  });

  test("has the changes in position order, and the counts they left", async () => {
    await world.record([move("1"), move("2")]);
    const sale = { ...move("2"), fromState: "IN_STOCK", toState: "SOLD" } as ChangeInput;
    const waste = { ...move("0.5"), fromState: "IN_STOCK", toState: "WASTE" } as ChangeInput;
    const { position } = await world.record([sale, waste]);
    const page = await read({ after: start });
    expect(quantitiesOf(page)).toEqual(["1", "2", "2", "0.5"]);
    expect(page).toMatchObject({ more: false, position });
    expect(page.counts.map(({ state, quantity, position }) => [state, quantity, position])).toEqual(
      [
        ["IN_STOCK", "0.5", position],
        ["WASTE", "0.5", position],
      ],
    );
    const { counts } = await world.ledger.counts.ofObject(
      world.root,
      parse(operations.counts.ofObject, { catalogObjectId: item }),
    );
    const byState = (a: { state: string }, b: { state: string }) => (a.state < b.state ? -1 : 1);
    expect(page.counts.toSorted(byState)).toMatchObject(counts.toSorted(byState));
  });

  test("never splits a batch, unless the batch alone exceeds it", async () => {
    const { cursor } = await locate();
    await world.record([move("1"), move("2")]);
    await world.record([move("3"), move("4")]);
    await world.record([move("5"), move("6"), move("7"), move("8")]);
    const sizes: string[][] = [];
    let page = await read({ after: cursor, limit: 3 });
    for (;;) {
      sizes.push(quantitiesOf(page));
      if (!page.more) break;
      page = await read({ after: page.cursor, limit: 3 });
    }
    expect(sizes).toEqual([["1", "2"], ["3", "4"], ["5", "6", "7"], ["8"]]);
  });
});

test("L9: three transactions, the middle one held open and read past: all three are seen, once", async () => {
  const { cursor, position } = await locate();
  await world.record([move("11")]);
  const seen: string[] = [];
  let after = cursor;
  const readOn = async () => {
    const page = await read({ after });
    seen.push(...quantitiesOf(page));
    after = page.cursor;
  };
  let later: Promise<unknown> | undefined;
  await world.sql.begin(async (held) => {
    // What the writer's statement does, by a hand that does not commit.
    const [row] = await held<{ received_at: string; application_id: string }[]>`
      update bincard.merchants m set position = position + 1,
        received_at = greatest(clock_timestamp(), received_at + interval '1 microsecond')
      where id = ${world.root.merchantId} returning received_at::text`;
    await held`
      insert into bincard.changes (merchant_id, position, type, catalog_object_id, location_id,
        from_state, to_state, quantity, occurred_at, created_at, application_id)
      values (${world.root.merchantId}, ${position + 2}, 'ADJUSTMENT', ${item}, ${world.main},
        'NONE', 'IN_STOCK', 12, now(), ${row?.received_at ?? ""}::text::timestamptz,
        ${world.root.application.id})`;
    later = world.record([move("13")]);
    await readOn();
    // The third cannot get past the one that is open: there is no position for it yet.
    await new Promise((wake) => setTimeout(wake, 200));
    await readOn();
    expect(seen).toEqual(["11"]);
  });
  await readOn();
  await later;
  await readOn();
  expect(seen).toEqual(["11", "12", "13"]);
});

describe("a cursor", () => {
  test("of another merchant, altered, or of another listing is INVALID_CURSOR", async () => {
    const { cursor } = await locate();
    const stranger = await world.stranger("Elsewhere");
    const asked = parse(operations.feed.read, { after: cursor });
    const message = expect.stringMatching(/^is not a cursor that feed\.read, .* answered here$/);
    const refused = { failures: [{ code: "INVALID_CURSOR", path: ["after"], message }] };
    await expect(world.ledger.feed.read(stranger, asked)).rejects.toMatchObject(refused);
    await expect(read({ after: `${cursor}A` })).rejects.toMatchObject(refused);
    const { cursor: listed = "" } = await world.ledger.changes.list(
      world.root,
      parse(operations.changes.list, { limit: 1 }),
    );
    await expect(read({ after: listed })).rejects.toMatchObject(refused);
  });

  test("beyond the end is refused: the database was put back to an older state", async () => {
    const { cursor, position } = await locate();
    await world.sql`update bincard.merchants set position = position - 1`;
    try {
      await expect(read({ after: cursor })).rejects.toMatchObject({
        failures: [{ code: "INVALID_CURSOR", message: expect.stringContaining("older state") }],
      });
    } finally {
      await world.sql`update bincard.merchants set position = ${position}
        where id = ${world.root.merchantId}`;
    }
  });

  test("is there for a time, too", async () => {
    const { cursor } = await locate();
    const first = await world.record([move("21")]);
    await world.record([move("22")]);
    const receivedBy = first.changes[0]?.createdAt ?? "";
    expect(quantitiesOf(await read({ after: cursor }))).toEqual(["21", "22"]);
    const since = await locate({ receivedBy });
    expect(since.position).toBe(first.position);
    expect(quantitiesOf(await read({ after: since.cursor }))).toEqual(["22"]);
    expect(await locate({ receivedBy: "1990-01-01T00:00:00Z" })).toMatchObject({ position: 0 });
    expect(await locate({ receivedBy: "2990-01-01T00:00:00Z" })).toEqual(await locate());
  });
});

test("L8 L9: the checksum is that of the counts the feed has told of", async () => {
  await world.record([move("3.25", await world.variation("Mug"))]);
  const copy = new Map<string, string>();
  const proof = (given: object = {}, as = world.root) =>
    world.ledger.feed.checksum(as, parse(operations.feed.checksum, given));
  let page = await proof({ limit: 2 });
  for (;;) {
    for (const { catalogObjectId, locationId, state, quantity, position } of page.counts)
      copy.set(
        [catalogObjectId, locationId, state].join("\n"),
        [catalogObjectId, locationId, state, quantity, position].join("\n"),
      );
    expect("standing" in page).toBe(!page.more);
    if (!page.more) break;
    page = await proof({ after: page.cursor, limit: 2 });
  }
  let sum = 0n;
  for (const line of copy.values())
    sum += BigInt(`0x${createHash("sha256").update(line).digest("hex").slice(0, 15)}`);
  expect(page.standing).toEqual({ counts: copy.size, checksum: String(sum) });
  await world.sql`update bincard.counts set quantity = quantity + 1 where state = 'WASTE'`;
  const changed = await proof({ after: page.cursor });
  expect(changed).toMatchObject({ changes: [], standing: { counts: copy.size } });
  expect(changed.standing?.checksum).not.toBe(String(sum));
  await world.sql`update bincard.counts set quantity = quantity - 1 where state = 'WASTE'`;
  const stranger = await world.stranger("Empty");
  const nothing = { position: 0, standing: { counts: 0, checksum: "0" } };
  expect(await proof({}, stranger)).toMatchObject(nothing);
});
