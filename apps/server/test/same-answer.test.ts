import { randomUUID } from "node:crypto";
import { type Failure, formatPath } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RENDERINGS } from "../src/square/failures.ts";
import {
  CELLAR,
  counted,
  type Doors,
  jsonOf,
  openDoors,
  receipt,
  type Reply,
  RICE,
  SHOP,
  TEA,
  TEA_ITEM,
  transferred,
} from "./doors.ts";
import { A, at, B, BATCH_CREATE, listAt } from "./square/world.ts";
import { fromWire, type Json, memberOf, snake, without, wireBatch } from "./wire-words.ts";

/** One batch is one request, whichever door it comes in at (L13). */
let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
});
afterAll(async () => doors.close());

/** A merchant of its own, with what all of them have. */
async function newMerchant(name: string): Promise<string> {
  const token = await doors.newToken(undefined, await doors.newMerchant(name));
  await doors.furnish(token);
  return token;
}

const atSquare = async (batch: unknown, token: string, version = A) =>
  doors.square(BATCH_CREATE, version === A ? wireBatch(batch) : wireBatch(inB(batch)), {
    token,
    version,
  });

/** Dialect B says a transfer as an adjustment between two locations. */
function inB(batch: unknown): unknown {
  const changes = listAt(batch, "changes").map((change) => {
    if (at(change, "type") !== "TRANSFER") return change;
    const { state = "IN_STOCK", ...said } = change as Json;
    return { ...said, type: "ADJUSTMENT", fromState: state, toState: state };
  });
  return { ...(batch as Json), changes };
}

/** The same change whichever way a move between two locations is told. */
function told(change: Json): Json {
  if (change["type"] !== "TRANSFER") return change;
  const { state, ...said } = change;
  return { ...said, type: "ADJUSTMENT", fromState: state, toState: state };
}

const MADE = ["id", "position", "createdAt", "calculatedAt", "source"];
/** Without what is made anew for each merchant and each moment. */
const lasting = (row: Json) => without(row, MADE);

interface Answered {
  readonly changes: readonly Json[];
  readonly counts: readonly Json[];
}

/** What tRPC answered, as the changes and counts of the contracts. */
function ofTrpc(reply: Reply): Answered {
  const data = at(jsonOf(reply), "result", "data");
  return { changes: listAt(data, "changes") as Json[], counts: listAt(data, "counts") as Json[] };
}

/** What Square's door answered, brought back to the contracts' words. */
function ofSquare(reply: Reply): Answered {
  const body = jsonOf(reply);
  return {
    changes: listAt(body, "changes").map(fromWire),
    counts: listAt(body, "counts").map(fromWire),
  };
}

const lastingOf = ({ changes, counts }: Answered) => ({
  changes: changes.map((change) => lasting(told(change))),
  counts: counts.map(lasting),
});

/** What tRPC's refusal would be at Square's door. */
function rendered(reply: Reply, batch: Json, version = A) {
  const failures = listAt(jsonOf(reply), "error", "data", "failures") as Failure[];
  const errors = failures.map((failure) => {
    const { category, code } = RENDERINGS[failure.code];
    const place = placeAtSquare(failure, batch);
    // Where no location is said at all, each dialect misses its own field.
    const missing =
      failure.code === "MISSING_FIELD" && version === B && place.includes(".adjustment.");
    const said = missing ? place.replace(".location_id", ".from_location_id") : place;
    return [category, code, said].join(" ");
  });
  const [first] = failures;
  return { status: first === undefined ? 0 : RENDERINGS[first.code].status, errors };
}

function placeAtSquare({ path }: Failure, batch: Json): string {
  const [list, index, ...field] = path;
  const words = path.map((step) => (typeof step === "string" ? snake(step) : step));
  if (list !== "changes" || typeof index !== "number" || field.length === 0 || field[0] === "type")
    return formatPath(words);
  const member = memberOf(at(batch, "changes", index));
  return formatPath(["changes", index, member, ...words.slice(2)]);
}

/** Square's finer words for WRONG_TYPE are one and the same fault. */
function refusalAtSquare(reply: Reply) {
  const errors = listAt(jsonOf(reply), "errors").map((error) => {
    const code = String(at(error, "code")).replace(/^EXPECTED_(?!JSON).*$/, "INCORRECT_TYPE");
    return [at(error, "category"), code, at(error, "field") ?? ""].join(" ");
  });
  return { status: reply.status, errors };
}

/** Lists of faults are compared by what they hold; the first one decides, so it is compared by itself. */
const asSet = ({ status, errors: [first, ...rest] }: { status: number; errors: string[] }) => ({
  status,
  first: first?.split(" ").slice(0, 2),
  all: [first, ...rest].toSorted(),
});

async function sameAnswer(batch: Json, tokens: { trpc: string; square: string; version?: string }) {
  const trpc = await doors.ask.trpc(batch, tokens.trpc);
  const square = await atSquare(batch, tokens.square, tokens.version);
  if (trpc.status !== 200) {
    const seen = tokens.version === B ? (inB(batch) as Json) : batch;
    const expected = rendered(trpc, seen, tokens.version);
    expect(asSet(refusalAtSquare(square))).toEqual(asSet(expected));
    return "refused";
  }
  expect([square.status, square.text]).toEqual([200, expect.any(String)]);
  expect(lastingOf(ofSquare(square))).toEqual(lastingOf(ofTrpc(trpc)));
  return "taken";
}

/** Batches that are taken, in an order in which each finds what it needs. */
function taken(): Json[] {
  const ago = (seconds: number) => ({ occurredAt: doors.secondsAgo(seconds) });
  const batch = (...changes: Json[]): Json => ({ idempotencyKey: randomUUID(), changes });
  const sold = { fromState: "IN_STOCK", toState: "SOLD" };
  const wasted = { fromState: "IN_STOCK", toState: "WASTE" };
  const returned = { fromState: "UNLINKED_RETURN" };
  return [
    batch(receipt(doors, { quantity: "100.50", ...ago(9_000) })),
    batch(
      receipt(doors, { ...sold, quantity: "3", ...ago(8_000) }),
      receipt(doors, { ...wasted, quantity: "+2.00001", ...ago(7_900) }),
      receipt(doors, { fromState: "WASTE", quantity: "00.5", ...ago(7_800) }),
      receipt(doors, { ...returned, ...ago(7_700) }),
      receipt(doors, { ...returned, toState: "WASTE", ...ago(7_600) }),
    ),
    batch(transferred(doors, { quantity: "12.5", state: "IN_STOCK", ...ago(7_000) })),
    batch(
      counted(doors, { quantity: "80", ...ago(6_000) }),
      counted(doors, { quantity: "0", state: "WASTE", ...ago(6_000) }),
    ),
    // Late: before the count, and one that reaches into it.
    batch(receipt(doors, { ...sold, quantity: "2", ...ago(6_500) })),
    batch(receipt(doors, { ...sold, quantity: "200", ...ago(5_000) })),
    { ...batch(counted(doors, { quantity: "-0", ...ago(4_000) })), ignoreUnchangedCounts: false },
    batch(counted(doors, { quantity: "0.0", ...ago(3_000) })),
    { ...batch(counted(doors, { quantity: "0", ...ago(3_000) })), ignoreUnchangedCounts: false },
    batch(
      receipt(doors, {
        catalogObjectId: RICE,
        locationId: undefined,
        fromLocationId: CELLAR,
        toLocationId: CELLAR,
        occurredAt: "2024-02-29T23:30:00.123456789+01:00",
        referenceId: "PO 7 / 茶 🍵",
        employeeId: "",
        teamMemberId: "T-1",
      }),
    ),
    batch(receipt(doors, { locationId: undefined, toLocationId: SHOP, ...ago(100) })),
    batch(receipt(doors, { locationId: undefined, fromLocationId: SHOP, ...ago(100) })),
    batch(...Array.from({ length: 100 }, (_, step) => receipt(doors, ago(90 - step / 2)))),
  ];
}

/** Batches that are refused, for every kind of reason. */
function refusals(): Json[] {
  const batch = (...changes: unknown[]): Json => ({ idempotencyKey: randomUUID(), changes });
  const bad: readonly Json[] = [
    receipt(doors, { quantity: "0" }),
    receipt(doors, { quantity: 1 }),
    receipt(doors, { quantity: undefined, occurredAt: "noon", colour: "red" }),
    receipt(doors, { toState: "LOST", fromState: 7, referenceId: "\0" }),
    receipt(doors, { fromState: "SOLD" }),
    receipt(doors, { locationId: undefined }),
    receipt(doors, { fromLocationId: CELLAR }),
    receipt(doors, { occurredAt: doors.secondsAgo(-900) }),
    receipt(doors, { catalogObjectId: "COFFEE" }),
    receipt(doors, { catalogObjectId: TEA_ITEM }),
    receipt(doors, { locationId: "ATTIC" }),
    counted(doors, { state: "SOLD", quantity: "-1" }),
    counted(doors, { catalogObjectId: "", locationId: "x".repeat(33) }),
    counted(doors, { catalogObjectId: "COFFEE", locationId: "ATTIC" }),
    transferred(doors, { fromLocationId: "ATTIC", toLocationId: "ATTIC-2" }),
    transferred(doors, { toLocationId: 7, quantity: "1e3" }),
  ];
  return [
    ...bad.map((change) => batch(receipt(doors), change)),
    batch(...bad),
    batch(...bad.toReversed()),
    batch(...Array.from({ length: 2 }, () => receipt(doors, { quantity: "9".repeat(26) }))),
    batch(),
    batch("text", null, 7, {}),
    batch({ type: "SALE" }, receipt(doors, { quantity: "0" })),
    { idempotencyKey: "", changes: [] },
    { idempotencyKey: "k".repeat(129), changes: [receipt(doors, { quantity: 1 })] },
    { changes: [receipt(doors, { quantity: "0" })], force: true },
    { ...batch(receipt(doors)), ignoreUnchangedCounts: "yes" },
  ];
}

describe.each([
  ["A", A],
  ["B", B],
])(
  "L13: one batch, one answer, at tRPC's door and at Square's in dialect %s",
  (dialect, version) => {
    test("whether it is taken or refused, and whatever went before", async () => {
      const tokens = {
        trpc: await newMerchant(`tRPC ${dialect}`),
        square: await newMerchant(`Square ${dialect}`),
        version,
      };
      const wrong = refusals();
      for (const [step, batch] of taken().entries()) {
        expect([step, await sameAnswer(batch, tokens)]).toEqual([step, "taken"]);
        for (const each of wrong.slice(step * 2, step * 2 + 2))
          expect([each, await sameAnswer(each, tokens)]).toEqual([each, "refused"]);
        // And each again: the key's answer stands at both.
        expect(await sameAnswer(batch, tokens)).toBe("taken");
      }
      for (const each of wrong.slice(taken().length * 2))
        expect([each, await sameAnswer(each, tokens)]).toEqual([each, "refused"]);
      const [trpc, square] = await Promise.all(
        [tokens.trpc, tokens.square].map(async (token) => doors.contents(token)),
      );
      expect(at(square, "verified", "position")).toBe(at(trpc, "verified", "position"));
      expect(listAt(square, "counts", "counts").map((row) => lasting(row as Json))).toEqual(
        listAt(trpc, "counts", "counts").map((row) => lasting(row as Json)),
      );
    });
  },
);

/** The same numbers on every run. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Batches thrown together: most of what they say is right, and any of it may be wrong. */
function thrown(roll: (sides: number) => number): Json {
  const pick = (good: readonly unknown[], bad: readonly unknown[]) =>
    roll(12) === 0 ? bad[roll(bad.length)] : good[roll(good.length)];
  const someId = () => pick([TEA, RICE], ["COFFEE", TEA_ITEM, "", 7, undefined, "\0"]);
  const place = () => pick([SHOP, CELLAR], ["ATTIC", "", undefined, [SHOP], "x".repeat(33)]);
  const state = () =>
    pick(["NONE", "IN_STOCK", "IN_STOCK", "WASTE", "SOLD"], ["LOST", 7, "COMPOSED"]);
  const said = () => ({
    catalogObjectId: someId(),
    quantity: pick(
      ["1", "2.5", "0", "10.00", "0.00001"],
      ["-1", "1e3", 1, "", undefined, "9".repeat(26)],
    ),
    occurredAt: pick(
      [10, 100, 1_000, 10_000, 100_000].map((seconds) => doors.secondsAgo(seconds)),
      ["noon", undefined, 0, doors.secondsAgo(-600), "2026-11-22T09:30:00"],
    ),
    ...(roll(9) === 0 ? { referenceId: pick(["r", ""], ["\0", 7, "x".repeat(256)]) } : {}),
    ...(roll(40) === 0 ? { colour: "red" } : {}),
  });
  const change = () => {
    const type = roll(3);
    if (type === 0)
      return {
        type: "PHYSICAL_COUNT",
        ...said(),
        locationId: place(),
        state: pick(["IN_STOCK"], [state()]),
      };
    if (type === 1)
      return {
        type: "TRANSFER",
        ...said(),
        fromLocationId: SHOP,
        toLocationId: pick([CELLAR], [place()]),
      };
    const sides =
      roll(3) === 0
        ? { fromState: state(), toState: state() }
        : { fromState: "NONE", toState: "IN_STOCK" };
    return { type: "ADJUSTMENT", ...said(), ...sides, locationId: place() };
  };
  const key = pick([randomUUID()], ["", 7, undefined, "k".repeat(129)]);
  return {
    idempotencyKey: roll(4) === 0 ? key : randomUUID(),
    changes: Array.from({ length: 1 + roll(4) }, change),
    ...(roll(3) === 0 ? { ignoreUnchangedCounts: pick([true, false], ["no", 0]) } : {}),
  };
}

test("L13: three hundred batches thrown together", async () => {
  const tokens = { trpc: await newMerchant("Thrown"), square: await newMerchant("Caught") };
  const roll = dice(20_261_122);
  const seen = { taken: 0, refused: 0 };
  for (let step = 0; step < 300; step += 1) seen[await sameAnswer(thrown(roll), tokens)] += 1;
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(50);
});

describe("L6 L13: one door's key at the other", () => {
  test("the same batch: the same changes and the counts as they stand", async () => {
    const token = await newMerchant("Across");
    for (const [step, batch] of taken().entries()) {
      const transfers = listAt(batch, "changes").some(
        (change) => at(change, "type") === "TRANSFER",
      );
      // In dialect B a transfer is told as another change, and so it is another request.
      const version = step % 2 === 0 && !transfers ? B : A;
      const first = step % 3 === 0 ? "square" : "trpc";
      const trpc = async () => ofTrpc(await doors.ask.trpc(batch, token));
      const square = async () => ofSquare(await atSquare(batch, token, version));
      const before = first === "trpc" ? await trpc() : await square();
      const again = first === "trpc" ? await square() : await trpc();
      const withoutPosition = ({ changes, counts }: Answered) => ({
        changes: changes.map((change) => without(change, ["position"])),
        counts,
      });
      expect([step, withoutPosition(again)]).toEqual([step, withoutPosition(before)]);
    }
  });

  test("tRPC says that it was answered before", async () => {
    const token = await newMerchant("Replayed");
    const batch = { idempotencyKey: randomUUID(), changes: [receipt(doors)] };
    expect((await atSquare(batch, token)).status).toBe(200);
    const before = await doors.contents(token);
    const again = await doors.ask.trpc(batch, token);
    expect(at(jsonOf(again), "result", "data", "replayed")).toBe(true);
    expect(await doors.contents(token)).toEqual(before);
  });

  test("another batch is refused at both", async () => {
    const token = await newMerchant("Reused");
    const keys = { trpc: randomUUID(), square: randomUUID() };
    const one = [receipt(doors)];
    const other = [receipt(doors, { quantity: "2" })];
    await doors.ask.trpc({ idempotencyKey: keys.trpc, changes: one }, token);
    await atSquare({ idempotencyKey: keys.square, changes: one }, token);
    const square = await atSquare({ idempotencyKey: keys.trpc, changes: other }, token);
    const batch = { idempotencyKey: keys.square, changes: other };
    const trpc = await doors.ask.trpc(batch, token);
    expect(refusalAtSquare(square)).toEqual(rendered(trpc, batch));
    expect(refusalAtSquare(square).errors).toEqual([
      "INVALID_REQUEST_ERROR IDEMPOTENCY_KEY_REUSED idempotency_key",
    ]);
  });

  test("a refusal from stored state is the key's answer at both", async () => {
    const token = await newMerchant("Refused");
    const unknown = (id: string) => ({
      idempotencyKey: randomUUID(),
      changes: [receipt(doors), counted(doors, { catalogObjectId: id, locationId: CELLAR })],
    });
    const batches = [unknown("COFFEE"), unknown("COCOA")];
    for (const [step, batch] of batches.entries()) {
      const ask = [
        async () => rendered(await doors.ask.trpc(batch, token), batch),
        async () => refusalAtSquare(await atSquare(batch, token)),
      ];
      const [first, second] = step === 0 ? ask : ask.toReversed();
      const refused = await first?.();
      const late = { id: step === 0 ? "COFFEE" : "COCOA", name: "Late" };
      const item = { type: "ITEM", id: `I-${step}`, name: "Late", variations: [late] };
      const upsert = { idempotencyKey: randomUUID(), objects: [item] };
      expect((await doors.trpc("catalog.upsert", upsert, token)).status).toBe(200);
      // By now the object is there; the key's answer is not asked again.
      expect(await second?.()).toEqual(refused);
      expect(refused?.errors).toEqual([
        "INVALID_REQUEST_ERROR NOT_FOUND changes[1].physical_count.catalog_object_id",
      ]);
    }
  });

  test("what no number or time was written alike is the same batch all the same", async () => {
    const token = await newMerchant("Alike");
    const idempotencyKey = randomUUID();
    const said = { catalogObjectId: TEA, referenceId: "r" };
    const one = receipt(doors, {
      ...said,
      quantity: "1.50",
      occurredAt: "2024-02-29T12:00:00.500Z",
    });
    const other = receipt(doors, {
      ...said,
      locationId: undefined,
      fromLocationId: SHOP,
      toLocationId: SHOP,
      quantity: "+1.5",
      occurredAt: "2024-02-29T13:00:00.5+01:00",
    });
    const first = await doors.ask.trpc({ idempotencyKey, changes: [one] }, token);
    for (const change of [one, other])
      for (const version of [A, B]) {
        const again = await atSquare({ idempotencyKey, changes: [change] }, token, version);
        expect([again.status, lastingOf(ofSquare(again))]).toEqual([200, lastingOf(ofTrpc(first))]);
      }
    const again = await doors.ask.trpc({ changes: [other], idempotencyKey }, token);
    expect(at(jsonOf(again), "result", "data", "replayed")).toBe(true);
  });
});
