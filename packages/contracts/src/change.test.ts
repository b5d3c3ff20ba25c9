import { describe, expect, test } from "vitest";
import { changeInput, createChangesInput } from "./change.ts";
import { failuresOf, formatPath } from "./failure.ts";

const said = { catalogObjectId: "TEA", occurredAt: "2026-11-22T10:30:00.50+01:00" };
const sale = {
  type: "ADJUSTMENT",
  ...said,
  fromState: "IN_STOCK",
  toState: "SOLD",
  quantity: "2.50",
};
const transfer = {
  type: "TRANSFER",
  ...said,
  fromLocationId: "A",
  toLocationId: "B",
  quantity: "1",
};

function parse(given: unknown) {
  const parsed = changeInput.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  return failuresOf(parsed.error).map(({ code, path }) => `${code} ${formatPath(path)}`);
}

describe("an adjustment says where it happened", () => {
  const both = { fromLocationId: "A", toLocationId: "A" };
  test.each([
    [{ locationId: "A" }],
    [{ fromLocationId: "A" }],
    [{ toLocationId: "A" }],
    [both],
    [{ locationId: "A", ...both }],
    [{ locationId: "A", fromLocationId: "A" }],
  ])("%j is one location", (where) => {
    const parsed = parse({ ...sale, ...where });
    expect(parsed).toMatchObject(both);
    expect(parsed).not.toHaveProperty("locationId");
  });

  test.each([
    [{}, "MISSING_FIELD locationId"],
    [{ locationId: "A", fromLocationId: "B" }, "CONFLICTING_FIELDS locationId"],
    [{ locationId: "A", toLocationId: "B" }, "CONFLICTING_FIELDS locationId"],
    [{ locationId: "A", fromLocationId: "A", toLocationId: "B" }, "CONFLICTING_FIELDS locationId"],
    [{ fromLocationId: "A", toLocationId: "B" }, "FORBIDDEN_TRANSITION toState"],
    [{ locationId: "" }, "TOO_SHORT locationId"],
  ])("%j is refused: %s", (where, refusal) => {
    expect(parse({ ...sale, ...where })).toEqual([refusal]);
  });

  test("between two locations it moves stock that stays in stock", () => {
    const between = { fromLocationId: "A", toLocationId: "B" };
    const moved = { ...sale, toState: "IN_STOCK", ...between };
    expect(parse(moved)).toMatchObject(between);
    expect(parse({ ...moved, toLocationId: "A" })).toEqual(["FORBIDDEN_TRANSITION toState"]);
  });
});

describe("a change is parsed to canonical text", () => {
  test("quantity and time", () => {
    expect(parse({ ...sale, locationId: "A" })).toMatchObject({
      quantity: "2.5",
      occurredAt: "2026-11-22T09:30:00.5Z",
    });
  });

  test("a transfer moves stock unless it says otherwise", () => {
    expect(parse(transfer)).toMatchObject({ state: "IN_STOCK" });
  });
});

describe("refusals", () => {
  test.each([
    [{ ...transfer, toLocationId: "A" }, ["SAME_LOCATION toLocationId"]],
    [{ ...transfer, state: "WASTE" }, ["FORBIDDEN_TRANSITION state"]],
    [{ ...transfer, quantity: "0" }, ["INVALID_QUANTITY quantity"]],
    [{ ...transfer, quantity: 1 }, ["WRONG_TYPE quantity"]],
    [{ ...transfer, locationId: "A" }, ["UNKNOWN_FIELD locationId"]],
    [{ ...transfer, catalogObjectId: "a\0" }, ["INVALID_VALUE catalogObjectId"]],
    [{ ...transfer, referenceId: "\ud800" }, ["INVALID_VALUE referenceId"]],
    [{ ...transfer, employeeId: "\0" }, ["INVALID_VALUE employeeId"]],
    [{ ...transfer, teamMemberId: "\0" }, ["INVALID_VALUE teamMemberId"]],
    [{ ...transfer, occurredAt: undefined }, ["MISSING_FIELD occurredAt"]],
    [
      { type: "PHYSICAL_COUNT", ...said, locationId: "A", state: "SOLD", quantity: "1" },
      ["FORBIDDEN_TRANSITION state"],
    ],
    [{ ...said }, ["MISSING_FIELD type"]],
    [{ type: "adjustment", ...said }, ["UNKNOWN_VALUE type"]],
  ])("%j", (given, refusals) => {
    expect(parse(given)).toEqual(refusals);
  });

  test("every change at fault is named by its place in the batch", () => {
    const parsed = createChangesInput.safeParse({
      idempotencyKey: "k",
      changes: [
        transfer,
        { ...transfer, quantity: "x" },
        transfer,
        { ...transfer, quantity: "-1" },
      ],
    });
    const failures = parsed.success ? [] : failuresOf(parsed.error);
    expect(failures.map(({ path }) => formatPath(path))).toEqual([
      "changes[1].quantity",
      "changes[3].quantity",
    ]);
  });
});
