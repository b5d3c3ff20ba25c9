import { randomUUID } from "node:crypto";
import type { FailureCode } from "@bincard/contracts";
import { expect } from "vitest";
import {
  batchOf,
  categoriesIn,
  CELLAR,
  counted,
  type Doors,
  errorsIn,
  failuresIn,
  ON_HAND,
  openDoors,
  receipt,
  resultOf,
} from "./doors.ts";
import { type Json, memberOf, snake } from "./wire-words.ts";

/** Both doors of a shop with something in each of its locations. */
export async function openStocked(): Promise<Doors> {
  const doors = await openDoors();
  await doors.furnish();
  const opening = [
    receipt(doors, { quantity: ON_HAND, occurredAt: doors.secondsAgo(7_200) }),
    receipt(doors, { quantity: "4", locationId: CELLAR, occurredAt: doors.secondsAgo(7_100) }),
  ];
  resultOf(await doors.ask.trpc(batchOf(...opening)));
  return doors;
}

/** How the contracts and Square say the same fault. */
export const UNKNOWN = ["UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER"] as const;
export const MISSING = ["MISSING_FIELD", "MISSING_REQUIRED_PARAMETER"] as const;
export const SHORT = ["TOO_SHORT", "VALUE_TOO_SHORT"] as const;
export const LONG = ["TOO_LONG", "VALUE_TOO_LONG"] as const;
export const NO_TEXT = ["WRONG_TYPE", "EXPECTED_STRING"] as const;
export const INVALID = ["INVALID_VALUE", "INVALID_VALUE"] as const;
export const NO_VALUE = ["UNKNOWN_VALUE", "INVALID_ENUM_VALUE"] as const;
export const FORBIDDEN = ["FORBIDDEN_TRANSITION", "INVALID_VALUE"] as const;
export const NOT_FOUND = ["NOT_FOUND", "NOT_FOUND"] as const;
export const INVALID_QUANTITY = ["quantity", "INVALID_QUANTITY", "INVALID_VALUE"] as const;
export const INVALID_TIME = ["occurredAt", "INVALID_TIME", "INVALID_TIME"] as const;

interface Expected {
  readonly trpc: readonly (readonly [FailureCode, string])[];
  readonly square: readonly (readonly [string, string])[];
  /** The Square door's; 400 when left out. */
  readonly status?: number;
  readonly token?: string | undefined;
  /** Whether the refusal came from stored state: it is the key's answer from then on (L6). */
  readonly kept?: boolean;
}

/** Refused at both doors as documented, with nothing applied; both go on afterwards. */
export async function refused(doors: Doors, batch: Json, expected: Expected) {
  const { trpc, square, status = 400, token, kept = false } = expected;
  const before = await doors.contents();
  const keys = { trpc: randomUUID(), square: randomUUID() };
  const atTrpc = await doors.ask.trpc({ idempotencyKey: keys.trpc, ...batch }, token);
  expect(failuresIn(atTrpc)).toEqual(trpc);
  expect(Math.floor(atTrpc.status / 100)).toBe(4);
  const atSquare = await doors.ask.square({ idempotencyKey: keys.square, ...batch }, token);
  expect(errorsIn(atSquare)).toEqual(square);
  expect([atSquare.status, categoriesIn(atSquare)]).toEqual([status, ["INVALID_REQUEST_ERROR"]]);
  await goesOn(doors, keys, kept);
  expect(await doors.contents()).toEqual(before);
}

/** Both doors take a good batch. It counts what is there, so that it leaves no trace itself. */
async function goesOn(doors: Doors, keys: { trpc: string; square: string }, kept: boolean) {
  const good = { changes: [counted(doors)] };
  const trpc = await doors.ask.trpc({ idempotencyKey: keys.trpc, ...good });
  const square = await doors.ask.square({ idempotencyKey: keys.square, ...good });
  if (!kept) {
    expect([trpc.status, square.status]).toEqual([200, 200]);
    return;
  }
  expect(failuresIn(trpc)).toEqual([["IDEMPOTENCY_KEY_REUSED", "idempotencyKey"]]);
  expect(errorsIn(square)).toEqual([["IDEMPOTENCY_KEY_REUSED", "idempotency_key"]]);
  await goesOn(doors, { trpc: randomUUID(), square: randomUUID() }, false);
}

export type Said = readonly [field: string, code: FailureCode, squareCode: string];

/** One change with one fault in one field. */
export async function refusedChange(
  doors: Doors,
  change: Json,
  [field, code, squareCode]: Said,
  rest: Omit<Expected, "trpc" | "square"> = {},
) {
  await refused(
    doors,
    { changes: [change] },
    {
      ...rest,
      trpc: [[code, `changes[0].${field}`]],
      square: [[squareCode, `changes[0].${memberOf(change)}.${snake(field)}`]],
    },
  );
}
