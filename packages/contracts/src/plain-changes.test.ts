import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createChangesInput } from "./change.ts";
import { plainCreateChanges } from "./plain-changes.ts";
import { STATES } from "./state.ts";

const id = fc.oneof(
  fc.constantFrom("A", "B", "", "é", "\0", "\uD800", "x".repeat(101), "x".repeat(32)),
  fc.string({ minLength: 1, maxLength: 8 }),
);
const place = fc.oneof(fc.constantFrom("L1", "L2", undefined, 7, ""), id);
const quantity = fc.oneof(
  fc.constantFrom("1", "0", "-1", "+2", "2.50", "00", "1e3", "", 3, "0.00001", "1.000001", "07"),
  fc.integer({ min: 1, max: 1e9 }).map(String),
);
const RECENT = fc.date({
  noInvalidDate: true,
  min: new Date("1969-12-30"),
  max: new Date("2254-12-31"),
});
const time = fc.oneof(
  fc.constantFrom(
    "2026-11-22T09:30:00Z",
    "2026-11-22T09:30:00.120Z",
    "2026-11-22T09:30:00.123456Z",
    "2026-11-22T09:30:00.1234567Z",
    "2026-11-22T09:30:00+01:00",
    "2026-11-22t09:30:00z",
    "2026-11-22 09:30:00Z",
    "2026-13-22T09:30:00Z",
    "2026-02-30T09:30:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T09:60:00Z",
    "2026-11-22T09:30:00.Z",
    "2026-11-22T0x:30:00Z",
    "2026-11-22T09:30:00.1x3Z",
    "",
    5,
  ),
  RECENT.map((date) => date.toISOString()),
);
const state = fc.constantFrom(...STATES, "LOST", undefined);
const note = fc.constantFrom(undefined, "", "note", "ü", "\0", 3, "x".repeat(256));
const change = fc.record(
  {
    type: fc.constantFrom("ADJUSTMENT", "PHYSICAL_COUNT", "TRANSFER", "OTHER"),
    catalogObjectId: id,
    occurredAt: time,
    quantity,
    state,
    fromState: state,
    toState: state,
    locationId: place,
    fromLocationId: place,
    toLocationId: place,
    referenceId: note,
    employeeId: note,
    teamMemberId: note,
    more: fc.constant(1),
  },
  { requiredKeys: ["type", "catalogObjectId", "occurredAt", "quantity"] },
);
/** Right, or one of the few wrong ones that look right. */
const goodTime = fc.oneof(
  { weight: 20, arbitrary: RECENT.map((date) => date.toISOString()) },
  { weight: 1, arbitrary: time },
);
const goodQuantity = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("1", "+2", "2.50", "07", "0.00001", "123456789012345") },
  { weight: 1, arbitrary: quantity },
);
const sound = fc.record(
  {
    type: fc.constant("ADJUSTMENT"),
    catalogObjectId: fc.constantFrom("A", "é"),
    occurredAt: goodTime,
    quantity: goodQuantity,
    fromState: fc.constant("IN_STOCK"),
    toState: fc.constantFrom("SOLD", "WASTE"),
    locationId: fc.constantFrom("L1", "L2"),
    fromLocationId: fc.constant("L1"),
    toLocationId: fc.constant("L1"),
    referenceId: note,
  },
  { requiredKeys: ["type", "catalogObjectId", "occurredAt", "quantity", "fromState", "toState"] },
);
const batch = fc.oneof(
  fc.record(
    {
      idempotencyKey: fc.constantFrom("key", "é"),
      changes: fc.array(sound, { minLength: 1, maxLength: 2 }),
      ignoreUnchangedCounts: fc.boolean(),
    },
    { requiredKeys: ["idempotencyKey", "changes"] },
  ),
  fc.record(
    {
      idempotencyKey: fc.oneof(fc.constantFrom("key", "", 5), id),
      changes: fc.oneof(fc.array(fc.oneof(change, sound), { maxLength: 3 }), fc.constant("none")),
      ignoreUnchangedCounts: fc.constantFrom(true, false, undefined, "yes"),
      more: fc.constant(1),
    },
    { requiredKeys: ["changes"] },
  ),
  fc.anything(),
);

describe("what is read plainly", () => {
  test("L6: is what the schema makes of it, down to the order of the fields", () => {
    let read = 0;
    fc.assert(
      fc.property(batch, (given) => {
        const plain = plainCreateChanges(given);
        if (plain === undefined) return;
        read++;
        expect(JSON.stringify(plain)).toBe(JSON.stringify(createChangesInput.parse(given)));
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test.each([
    ["a sale", { fromState: "IN_STOCK", toState: "SOLD", locationId: "L" }, "ADJUSTMENT"],
    ["a receipt", { fromState: "NONE", toState: "IN_STOCK", locationId: "L" }, "ADJUSTMENT"],
    ["a transfer", { fromLocationId: "L", toLocationId: "M" }, "TRANSFER"],
    ["a count", { state: "IN_STOCK", locationId: "L" }, "PHYSICAL_COUNT"],
  ])("is %s", (_what, said, type) => {
    const common = { catalogObjectId: "A", quantity: "1", occurredAt: "2026-11-22T09:30:00Z" };
    const given = { idempotencyKey: "key", changes: [{ type, ...common, ...said }] };
    expect(plainCreateChanges(given)).toBeDefined();
  });

  test.each(["__proto__", "constructor", "more"])("is nothing with a field called %s", (field) => {
    const change = { type: "TRANSFER", catalogObjectId: "A", quantity: "1" };
    const said = { occurredAt: "2026-11-22T09:30:00Z", fromLocationId: "L", toLocationId: "M" };
    const whole = JSON.stringify({ idempotencyKey: "k", changes: [{ ...change, ...said }] });
    const within: unknown = JSON.parse(whole.replace('{"type"', `{"${field}":1,"type"`));
    const beside: unknown = JSON.parse(whole.replace("{", `{"${field}":1,`));
    expect([plainCreateChanges(within), plainCreateChanges(beside)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(plainCreateChanges(JSON.parse(whole))).toBeDefined();
  });
});
