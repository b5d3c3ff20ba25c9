import { type Change, type ChangeInput, operations } from "@bincard/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mode } from "./mode.ts";
import { Model } from "./model.ts";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
let locations: string[];
beforeAll(async () => {
  world = await openWorld();
  locations = [world.main, await world.location("Second")];
});
afterAll(() => world.close());

const RUNS = mode.runs;

/** A change on objects and locations still to be named, at one of few instants so that times collide. */
type Shape = (objects: readonly string[]) => ChangeInput;

const amount = fc.integer({ min: 1, max: 900_000 }).map((scaled) => String(scaled / 100_000));
const counted = fc.oneof(
  { weight: 1, arbitrary: fc.constant("0") },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map(String) },
  { weight: 1, arbitrary: amount },
);
const place = fc.integer({ min: 0, max: 1 });
const minute = fc.integer({ min: 0, max: 12 });
const timeOf = (minutes: number, micros = 0): string =>
  `2026-11-20T10:${String(minutes).padStart(2, "0")}:00.${String(micros).padStart(6, "0")}Z`;

const transitions = fc.constantFrom(
  ["NONE", "IN_STOCK"] as const,
  ["IN_STOCK", "SOLD"] as const,
  ["IN_STOCK", "WASTE"] as const,
  ["WASTE", "IN_STOCK"] as const,
  ["UNLINKED_RETURN", "WASTE"] as const,
);

const shape: fc.Arbitrary<Shape> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ object: place, at: place, t: minute, amount, states: transitions })
      .map(
        ({ object, at, t, amount: quantity, states: [fromState, toState] }): Shape =>
          (objects) => ({
            type: "ADJUSTMENT",
            catalogObjectId: objects[object] ?? "",
            locationId: locations[at] ?? "",
            fromState,
            toState,
            quantity,
            occurredAt: timeOf(t),
          }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ object: place, at: place, t: minute, counted, waste: fc.boolean() })
      .map(({ object, at, t, counted: quantity, waste }): Shape => (objects) => ({
        type: "PHYSICAL_COUNT",
        catalogObjectId: objects[object] ?? "",
        locationId: locations[at] ?? "",
        state: waste ? "WASTE" : "IN_STOCK",
        quantity,
        occurredAt: timeOf(t),
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ object: place, from: place, t: minute, amount })
      .map(({ object, from, t, amount: quantity }): Shape => (objects) => ({
        type: "TRANSFER",
        catalogObjectId: objects[object] ?? "",
        fromLocationId: locations[from] ?? "",
        toLocationId: locations[1 - from] ?? "",
        quantity,
        occurredAt: timeOf(t),
      })),
  },
);

const batches = fc.array(fc.array(shape, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 8,
});

async function freshObjects(): Promise<string[]> {
  return [await world.variation("left"), await world.variation("right")];
}

async function storedCounts(objects: readonly string[]): Promise<Map<string, string>> {
  const input = parse(operations.counts.list, { catalogObjectIds: objects, limit: 1_000 });
  const { counts } = await world.ledger.counts.list(world.root, input);
  return new Map(
    counts.map((count) => [
      `${count.catalogObjectId} ${count.locationId} ${count.state}`,
      count.quantity,
    ]),
  );
}

const sorted = (counts: Map<string, string>) =>
  [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));

async function expectVerified(): Promise<void> {
  const found = await world.ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}));
  expect(found.findings).toEqual([]);
}

describe("against the model", () => {
  test("L1 L3 L4: batches one after the other, with and without ignoring unchanged counts", async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (shapes, ignoreUnchangedCounts) => {
        const objects = await freshObjects();
        const model = new Model();
        for (const batch of shapes) {
          const changes = batch.map((make) => make(objects));
          const kept = changes.filter((change) => model.apply(change, ignoreUnchangedCounts));
          const answer = await world.record(changes, { ignoreUnchangedCounts });
          expect(answer.changes.map(({ occurredAt, quantity }) => [occurredAt, quantity])).toEqual(
            kept.map(({ occurredAt, quantity }) => [occurredAt.replace(".000000", ""), quantity]),
          );
          for (const count of answer.counts) {
            const key = `${count.catalogObjectId} ${count.locationId} ${count.state}`;
            expect([key, count.quantity]).toEqual([key, model.quantity(key) ?? "0"]);
          }
        }
        expect(sorted(await storedCounts(objects))).toEqual(sorted(model.counts()));
      }),
      { numRuns: RUNS },
    );
    await expectVerified();
  });

  test("L1 L5 L9: batches all at once, judged in groups, replayed by position", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (shapes) => {
        const objects = await freshObjects();
        const answers = await Promise.all(
          shapes.map((batch) =>
            world.record(
              batch.map((make) => make(objects)),
              { ignoreUnchangedCounts: false },
            ),
          ),
        );
        const model = new Model();
        const inOrder = answers.toSorted((a, b) => a.position - b.position);
        let received = "";
        for (const answer of inOrder) {
          for (const change of answer.changes) model.apply(asInput(change), false);
          const [first] = answer.changes;
          expect(first !== undefined && instant(first.createdAt) > received).toBe(true);
          received = instant(first?.createdAt ?? "");
          for (const count of answer.counts)
            expect(count.quantity).toBe(
              model.quantity(`${count.catalogObjectId} ${count.locationId} ${count.state}`),
            );
        }
        expect(sorted(await storedCounts(objects))).toEqual(sorted(model.counts()));
      }),
      { numRuns: RUNS },
    );
    await expectVerified();
  });

  test("L2: any order and any batching of distinct times gives the same counts", async () => {
    const changes = fc.array(shape, { minLength: 2, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.nat()), async (shapes, random) => {
        const [one, other] = [await freshObjects(), await freshObjects()];
        const distinct = (objects: readonly string[]) =>
          shapes.map((make, index) => {
            const change = make(objects);
            const occurredAt = change.occurredAt.replace("000000", String(index).padStart(6, "0"));
            return { ...change, occurredAt };
          });
        const next = () => random.next().value ?? 0;
        const shuffled = distinct(other)
          .map((change) => ({ change, rank: next() }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ change }) => change);
        await world.record(distinct(one), { ignoreUnchangedCounts: false });
        for (let start = 0; start < shuffled.length;) {
          const size = 1 + (next() % 5);
          const batch = shuffled.slice(start, start + size);
          await world.record(batch, { ignoreUnchangedCounts: false });
          start += size;
        }
        const renamed = new Map(
          Array.from(await storedCounts(other), ([key, quantity]) => [
            other.reduce((text, id, index) => text.replace(id, one[index] ?? ""), key),
            quantity,
          ]),
        );
        expect(sorted(renamed)).toEqual(sorted(await storedCounts(one)));
      }),
      { numRuns: RUNS },
    );
    await expectVerified();
  });
});

/** Texts of one length, so that they sort as the instants do. */
const instant = (time: string): string => {
  const [whole = "", fraction = ""] = time.slice(0, -1).split(".");
  return `${whole}.${fraction.padEnd(6, "0")}`;
};

function asInput(change: Change): ChangeInput {
  const { catalogObjectId, quantity } = change;
  const common = { catalogObjectId, quantity, occurredAt: instant(change.occurredAt) };
  switch (change.type) {
    case "PHYSICAL_COUNT":
      return {
        type: "PHYSICAL_COUNT",
        ...common,
        locationId: change.locationId,
        state: change.state,
      };
    case "TRANSFER":
      return {
        type: "TRANSFER",
        ...common,
        fromLocationId: change.fromLocationId,
        toLocationId: change.toLocationId,
      };
    case "ADJUSTMENT":
      return {
        type: "ADJUSTMENT",
        ...common,
        fromState: change.fromState,
        toState: change.toState,
        fromLocationId: change.fromLocationId,
        toLocationId: change.toLocationId,
      };
  }
}
