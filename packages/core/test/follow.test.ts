import {
  type ChangeInput,
  type FeedPage,
  formatTime,
  LIMITS,
  operations,
  type Principal,
  refuse,
} from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type OpenLedger, openLedger } from "../src/index.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

let world: World;
let other: OpenLedger;
let item: string;
beforeAll(async () => {
  world = await openWorld();
  other = openLedger({ databaseUrl: world.url });
  item = await world.variation("Tea");
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const move = (quantity: string): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId: item,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity,
  occurredAt: formatTime(Date.now() * 1_000),
});
const record = (ledger: OpenLedger, ...quantities: string[]) =>
  ledger.changes.create(
    world.root,
    parse(operations.changes.create, {
      idempotencyKey: newKey(),
      changes: quantities.map((quantity) => move(quantity)),
    }),
  );
const end = async () => (await world.ledger.feed.locate(world.root, {})).cursor;

/** A follower that remembers what it was told, and how it ended. */
function follow(
  given: { after?: string; limit?: number } = {},
  { ledger = world.ledger, as = world.root }: { ledger?: OpenLedger; as?: Principal } = {},
) {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const pages: FeedPage[] = [];
  const run = async () => {
    const feed = ledger.feed.follow(as, parse(operations.feed.follow, given), leaving.signal);
    for await (const page of feed) pages.push(page);
    return "left";
  };
  const ended = run().catch((error: unknown) => error);
  return {
    pages,
    leaving,
    ended,
    told: () => pages.flatMap(({ changes }) => changes.map(({ quantity }) => quantity)),
  };
}
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((wake) => setTimeout(wake, 5));
};

describe("following", () => {
  test("begins with a page at once, empty or not, and goes on with every commit", async () => {
    const after = await end();
    const follower = follow({ after });
    await until(() => follower.pages.length === 1);
    expect(follower.pages[0]).toMatchObject({ changes: [], cursor: after, more: false });
    await record(world.ledger, "1", "2");
    await record(world.ledger, "3");
    await until(() => follower.told().length === 3);
    expect(follower.told()).toEqual(["1", "2", "3"]);
    follower.leaving.abort();
    expect(await follower.ended).toBe("left");
  });

  test("tells of what another server commits, and goes on from any cursor it gave", async () => {
    const follower = follow({ after: await end(), limit: 1 });
    await until(() => follower.pages.length === 1);
    await record(other, "4");
    await record(world.ledger, "5");
    await record(other, "6");
    await until(() => follower.told().length === 3);
    expect(follower.told()).toEqual(["4", "5", "6"]);
    const resumed = follow({ after: follower.pages[1]?.cursor ?? "" }, { ledger: other });
    await until(() => resumed.told().length === 2);
    expect(resumed.told()).toEqual(["5", "6"]);
  });

  test("L9: two servers write at once: each of ten followers hears of all of it, once, in order", async () => {
    const after = await end();
    const followers = Array.from({ length: 10 }, (_, index) =>
      follow({ after, limit: 7 + index }, { ledger: index % 2 === 0 ? world.ledger : other }),
    );
    const writer = async (ledger: OpenLedger) => {
      for (let round = 0; round < 40; round++) await record(ledger, "1", "1");
    };
    await Promise.all([writer(world.ledger), writer(other), writer(world.ledger)]);
    await Promise.all(followers.map(({ told }) => until(() => told().length >= 240)));
    for (const { pages } of followers) {
      const positions = pages.flatMap(({ changes }) => changes.map(({ position }) => position));
      expect(positions).toEqual(positions.map((_, index) => (positions[0] ?? 0) + index));
      expect(positions).toHaveLength(240);
    }
  });
});

test("what is told while it is recorded is what the table says, whoever recorded it", async () => {
  const after = await end();
  const followers = [3, 8, 1_000].map((limit) => follow({ after, limit }));
  await until(() => followers.every(({ pages }) => pages.length === 1));
  const dressed: ChangeInput = {
    type: "ADJUSTMENT",
    catalogObjectId: item,
    fromLocationId: world.main,
    toLocationId: world.main,
    fromState: "IN_STOCK",
    toState: "WASTE",
    quantity: "0.50",
    occurredAt: formatTime((Date.now() - 1_000) * 1_000).replace("Z", "+00:00"),
    referenceId: "order-1",
    employeeId: "E1",
    teamMemberId: "T1",
  };
  const counted: ChangeInput = {
    type: "PHYSICAL_COUNT",
    catalogObjectId: item,
    locationId: world.main,
    state: "IN_STOCK",
    quantity: "7.00",
    occurredAt: formatTime(Date.now() * 1_000),
  };
  const { main } = world;
  const away = await world.location("Away");
  const transfer: ChangeInput = {
    type: "TRANSFER",
    catalogObjectId: item,
    state: "IN_STOCK",
    fromLocationId: main,
    toLocationId: away,
    quantity: "2",
    occurredAt: formatTime(Date.now() * 1_000),
  };
  const inputs = [[dressed], [counted, transfer], [move("1"), dressed, move("3")]];
  let sent = 0;
  for (let round = 0; round < 12; round += 1) {
    const changes = inputs[round % inputs.length] ?? [];
    const ledger = round % 5 === 4 ? other : world.ledger;
    const { changes: recorded } = await ledger.changes.create(
      world.root,
      parse(operations.changes.create, {
        idempotencyKey: newKey(),
        changes,
        ignoreUnchangedCounts: false,
      }),
    );
    sent += recorded.length;
  }
  const changesIn = (pages: readonly FeedPage[]) => pages.flatMap(({ changes }) => changes);
  await until(() => followers.every(({ pages }) => changesIn(pages).length >= sent));
  const asked = parse(operations.feed.read, { after, limit: 1_000 });
  const stored = await world.ledger.feed.read(world.root, asked);
  expect(stored.changes).toHaveLength(sent);
  for (const { pages } of followers) {
    expect(changesIn(pages)).toEqual(stored.changes);
    // The last word on each key is the ledger's.
    const last = new Map(
      pages.flatMap(({ counts }) => counts).map((count) => [keyOf(count), count]),
    );
    expect([...last.values()].toSorted(byKey)).toEqual(stored.counts.toSorted(byKey));
    expect(pages.at(-1)).toMatchObject({ cursor: stored.cursor, position: stored.position });
  }
});

const keyOf = ({ catalogObjectId, locationId, state }: FeedPage["counts"][number]) =>
  `${catalogObjectId} ${locationId} ${state}`;
const byKey = (a: FeedPage["counts"][number], b: FeedPage["counts"][number]) =>
  keyOf(a) < keyOf(b) ? -1 : 1;

test("two hundred followers are served by one reading of a page", async () => {
  const after = await end();
  const followers = Array.from({ length: 200 }, () => follow({ after }));
  await until(() => followers.every(({ pages }) => pages.length === 1));
  await record(world.ledger, "7");
  await until(() => followers.every(({ told }) => told().length === 1));
  const pages = new Set(followers.map((follower) => follower.pages[1]));
  expect(pages.size).toBe(1);
});

describe("a seat", () => {
  test("is one of so many for a token", async () => {
    const after = await end();
    const followers = Array.from({ length: LIMITS.followersPerToken }, () => follow({ after }));
    await until(() => followers.every(({ pages }) => pages.length === 1));
    const refused = follow({ after });
    expect(await refused.ended).toMatchObject({ failures: [{ code: "RATE_LIMITED" }] });
    const someoneElse = follow({}, { as: await world.stranger("Seated") });
    await until(() => someoneElse.pages.length === 1);
    followers[0]?.leaving.abort();
    await followers[0]?.ended;
    const next = follow({ after });
    await until(() => next.pages.length === 1);
  });

  /** All that a merchant may have at this server, by as many tokens as that takes. */
  const fill = (ledger: OpenLedger, merchant: Principal) =>
    Array.from({ length: LIMITS.followersPerMerchant }, (_, each) =>
      follow(
        {},
        {
          ledger,
          as: { ...merchant, tokenId: `T${Math.floor(each / LIMITS.followersPerToken)}` },
        },
      ),
    );

  test("is one of so many for a merchant, whichever tokens it has", async () => {
    const full = openLedger({ databaseUrl: world.url });
    onTestFinished(() => full.close());
    const seated = fill(full, world.root);
    await until(() => seated.every(({ pages }) => pages.length > 0));
    const refused = follow({}, { ledger: full });
    expect(await refused.ended).toMatchObject({
      failures: [{ code: "RATE_LIMITED", message: expect.stringContaining("this merchant") }],
    });
    const neighbour = follow({}, { ledger: full, as: await world.stranger("Neighbour") });
    await until(() => neighbour.pages.length > 0);
    seated[0]?.leaving.abort();
    await seated[0]?.ended;
    const next = follow({}, { ledger: full });
    await until(() => next.pages.length > 0);
  });

  test("is one of so many of a server", async () => {
    const full = openLedger({ databaseUrl: world.url });
    onTestFinished(() => full.close());
    const merchants = await Promise.all(
      Array.from({ length: LIMITS.followersPerServer / LIMITS.followersPerMerchant }, (_, each) =>
        world.stranger(`Crowd ${each}`),
      ),
    );
    const seated = merchants.flatMap((merchant) => fill(full, merchant));
    await until(() => seated.every(({ pages }) => pages.length > 0));
    const refused = follow({}, { ledger: full });
    expect(await refused.ended).toMatchObject({ failures: [{ code: "UNAVAILABLE" }] });
  });

  test("ends with its token, at this server and at another", async () => {
    const made = parse(operations.tokens.create, {
      application: { name: "Screen" },
      scopes: ["INVENTORY_READ"],
    });
    const { token, info } = await world.ledger.tokens.create(world.root, made);
    const here = follow({}, { as: await world.ledger.authenticate(token) });
    const there = follow({}, { ledger: other, as: await other.authenticate(token) });
    const unconcerned = follow({});
    await until(() => [here, there, unconcerned].every(({ pages }) => pages.length > 0));
    await world.ledger.tokens.revoke(world.root, { id: info.id });
    const revoked = { failures: [{ code: "TOKEN_REVOKED" }] };
    expect(await here.ended).toMatchObject(revoked);
    expect(await there.ended).toMatchObject(revoked);
    const before = unconcerned.told().length;
    await record(other, "8");
    await until(() => unconcerned.told().length === before + 1);
  });

  test("ends when its token expires", async () => {
    const made = parse(operations.tokens.create, {
      application: { name: "Visitor" },
      scopes: ["INVENTORY_READ"],
      expiresAt: new Date(Date.now() + 1_500).toISOString(),
    });
    const { token } = await world.ledger.tokens.create(world.root, made);
    const visitor = follow({}, { as: await world.ledger.authenticate(token) });
    expect(await visitor.ended).toMatchObject({ failures: [{ code: "TOKEN_EXPIRED" }] });
  });

  test("ends with the refusal its signal was aborted with, and with the ledger", async () => {
    const follower = follow({});
    await until(() => follower.pages.length > 0);
    follower.leaving.abort(refuse("UNAVAILABLE", "this server is going away"));
    expect(await follower.ended).toMatchObject({ message: expect.stringContaining("going away") });
    const closing = openLedger({ databaseUrl: world.url });
    const last = follow({}, { ledger: closing });
    await until(() => last.pages.length > 0);
    await closing.close();
    expect(await last.ended).toMatchObject({ failures: [{ code: "UNAVAILABLE" }] });
  });

  test("needs its scope", async () => {
    const follower = follow({}, { as: { ...world.root, scopes: ["ITEMS_READ"] } });
    expect(await follower.ended).toMatchObject({ failures: [{ code: "INSUFFICIENT_SCOPE" }] });
  });
});
