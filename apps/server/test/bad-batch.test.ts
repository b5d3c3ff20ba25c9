import { type FailureCode, LIMITS } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  batchOf,
  counted,
  errorsIn,
  failuresIn,
  receipt,
  transferred,
  type Doors,
} from "./doors.ts";
import {
  UNKNOWN,
  MISSING,
  SHORT,
  LONG,
  NO_TEXT,
  INVALID,
  NO_VALUE,
  refused,
  openStocked,
} from "./refusing.ts";

/** Every wrong batch, at both doors: the documented refusal with its place, and nothing applied. */
let doors: Doors;
beforeAll(async () => {
  doors = await openStocked();
});
afterAll(async () => doors.close());

describe("batches", () => {
  test.each([
    ["unknown", "SALE"],
    ["a built-in's name", "__proto__"],
    ["another case", "adjustment"],
    ["a number", 1],
    ["an object", {}],
  ])("a type that is %s", async (_, type) => {
    await refused(
      doors,
      { changes: [receipt(doors, { type })] },
      { trpc: [[NO_VALUE[0], "changes[0].type"]], square: [[NO_VALUE[1], "changes[0].type"]] },
    );
  });

  test("no type", async () => {
    await refused(
      doors,
      { changes: [receipt(doors, { type: undefined })] },
      { trpc: [[MISSING[0], "changes[0].type"]], square: [[MISSING[1], "changes[0].type"]] },
    );
  });

  test.each([["text"], [7], [null], [true], [[]]])("%j for a change", async (change) => {
    await refused(
      doors,
      { changes: [receipt(doors), change] },
      { trpc: [["WRONG_TYPE", "changes[1]"]], square: [["EXPECTED_OBJECT", "changes[1]"]] },
    );
  });

  test.each([["text"], [7], [{}], [true]])("%j for changes", async (changes) => {
    await refused(
      doors,
      { changes },
      { trpc: [["WRONG_TYPE", "changes"]], square: [["EXPECTED_ARRAY", "changes"]] },
    );
  });

  test("no changes at all, and an empty list of them", async () => {
    await refused(
      doors,
      {},
      { trpc: [[MISSING[0], "changes"]], square: [[MISSING[1], "changes"]] },
    );
    await refused(
      doors,
      { changes: [] },
      { trpc: [["TOO_FEW", "changes"]], square: [["ARRAY_EMPTY", "changes"]] },
    );
  });

  test.each<readonly [string, unknown, readonly [FailureCode, string]]>([
    ["missing", undefined, MISSING],
    ["empty", "", SHORT],
    ["too long", "k".repeat(LIMITS.idempotencyKeyCharacters + 1), LONG],
    ["a megabyte", "k".repeat(1_000_000), LONG],
    ["a number", 7, NO_TEXT],
    ["a list", ["k"], NO_TEXT],
    ["with a NUL character", "k\0", INVALID],
    ["with half a surrogate pair", "k\udf75", INVALID],
  ])("a key that is %s", async (_, idempotencyKey, [code, squareCode]) => {
    await refused(
      doors,
      { idempotencyKey, changes: [receipt(doors)] },
      { trpc: [[code, "idempotencyKey"]], square: [[squareCode, "idempotency_key"]] },
    );
  });

  test("a bad key and a bad batch", async () => {
    await refused(
      doors,
      { idempotencyKey: "", changes: [] },
      {
        trpc: [
          [SHORT[0], "idempotencyKey"],
          ["TOO_FEW", "changes"],
        ],
        square: [
          [SHORT[1], "idempotency_key"],
          ["ARRAY_EMPTY", "changes"],
        ],
      },
    );
  });

  test("an unknown field, and a flag that is none", async () => {
    const changes = [receipt(doors)];
    await refused(
      doors,
      { changes, force: true },
      { trpc: [[UNKNOWN[0], "force"]], square: [[UNKNOWN[1], "force"]] },
    );
    for (const ignoreUnchangedCounts of ["yes", 1, {}])
      await refused(
        doors,
        { changes, ignoreUnchangedCounts },
        {
          trpc: [["WRONG_TYPE", "ignoreUnchangedCounts"]],
          square: [["EXPECTED_BOOLEAN", "ignore_unchanged_counts"]],
        },
      );
  });

  test("101 changes at Square's door, 1,001 at tRPC's; one fewer is taken", async () => {
    const many = async (door: "trpc" | "square", length: number) =>
      doors.ask[door](batchOf(...Array.from({ length }, () => counted(doors))));
    const before = await doors.contents();
    const [trpc, square] = [LIMITS.changesPerRequest, LIMITS.squareChangesPerRequest];
    expect(failuresIn(await many("trpc", trpc + 1))).toEqual([["TOO_MANY", "changes"]]);
    const refusedAtSquare = await many("square", square + 1);
    expect(errorsIn(refusedAtSquare)).toEqual([["ARRAY_LENGTH_TOO_LONG", "changes"]]);
    expect((await many("trpc", trpc)).status).toBe(200);
    expect((await many("square", square)).status).toBe(200);
    expect(await doors.contents()).toEqual(before);
  });

  test("several faults, by precedence and then by place", async () => {
    await refused(
      doors,
      {
        changes: [
          counted(doors, { occurredAt: "noon" }),
          receipt(doors, { quantity: "0" }),
          transferred(doors, { colour: "red" }),
          receipt(doors, { fromState: "SOLD" }),
          receipt(doors, { quantity: 1 }),
          receipt(doors, { locationId: undefined }),
          counted(doors, { locationId: undefined }),
        ],
      },
      {
        trpc: [
          ["UNKNOWN_FIELD", "changes[2].colour"],
          ["MISSING_FIELD", "changes[5].locationId"],
          ["MISSING_FIELD", "changes[6].locationId"],
          ["WRONG_TYPE", "changes[4].quantity"],
          ["INVALID_QUANTITY", "changes[1].quantity"],
          ["INVALID_TIME", "changes[0].occurredAt"],
          ["FORBIDDEN_TRANSITION", "changes[3].toState"],
        ],
        square: [
          ["UNKNOWN_BODY_PARAMETER", "changes[2].transfer.colour"],
          ["MISSING_REQUIRED_PARAMETER", "changes[5].adjustment.location_id"],
          ["MISSING_REQUIRED_PARAMETER", "changes[6].physical_count.location_id"],
          ["EXPECTED_STRING", "changes[4].adjustment.quantity"],
          ["INVALID_VALUE", "changes[1].adjustment.quantity"],
          ["INVALID_TIME", "changes[0].physical_count.occurred_at"],
          ["INVALID_VALUE", "changes[3].adjustment.to_state"],
        ],
      },
    );
  });

  test("two faults in one change, one of them in its form", async () => {
    await refused(
      doors,
      { changes: [receipt(doors, { quantity: "0", colour: "red" })] },
      {
        trpc: [
          ["UNKNOWN_FIELD", "changes[0].colour"],
          ["INVALID_QUANTITY", "changes[0].quantity"],
        ],
        square: [
          ["UNKNOWN_BODY_PARAMETER", "changes[0].adjustment.colour"],
          ["INVALID_VALUE", "changes[0].adjustment.quantity"],
        ],
      },
    );
  });
});
