import { describe, expect, test } from "vitest";
import { changeInput } from "./change.ts";
import { failuresOf } from "./failure.ts";
import { COUNTABLE_STATES, isTracked, PERMITTED_TRANSITIONS, STATES } from "./state.ts";

const ONE_LOCATION = new Set([
  "NONE -> IN_STOCK",
  "UNLINKED_RETURN -> IN_STOCK",
  "UNLINKED_RETURN -> WASTE",
  "IN_STOCK -> SOLD",
  "IN_STOCK -> WASTE",
  "WASTE -> IN_STOCK",
]);
const TWO_LOCATIONS = new Set(["IN_STOCK -> IN_STOCK"]);

const common = {
  catalogObjectId: "TEA",
  quantity: "1",
  occurredAt: "2026-11-22T09:30:00Z",
};
const codeOf = (given: object) => {
  const parsed = changeInput.safeParse({ ...common, ...given }, { reportInput: true });
  return parsed.success ? "permitted" : failuresOf(parsed.error)[0].code;
};

describe("adjustments: the whole matrix of states", () => {
  const pairs = STATES.flatMap((fromState) => STATES.map((toState) => ({ fromState, toState })));

  test.each(pairs)("$fromState -> $toState", ({ fromState, toState }) => {
    const name = `${fromState} -> ${toState}`;
    const adjustment = { type: "ADJUSTMENT", fromState, toState };
    const expected = (permitted: ReadonlySet<string>) =>
      permitted.has(name) ? "permitted" : "FORBIDDEN_TRANSITION";
    expect(codeOf({ ...adjustment, locationId: "A" })).toBe(expected(ONE_LOCATION));
    const between = { ...adjustment, fromLocationId: "A", toLocationId: "B" };
    expect(codeOf(between)).toBe(expected(TWO_LOCATIONS));
  });
});

describe("physical counts and transfers", () => {
  test.each(STATES)("a physical count of %s", (state) => {
    const countable = state === "IN_STOCK" || state === "WASTE";
    expect(codeOf({ type: "PHYSICAL_COUNT", locationId: "A", state })).toBe(
      countable ? "permitted" : "FORBIDDEN_TRANSITION",
    );
  });

  test.each(STATES)("a transfer of %s", (state) => {
    const transfer = { type: "TRANSFER", fromLocationId: "A", toLocationId: "B", state };
    expect(codeOf(transfer)).toBe(state === "IN_STOCK" ? "permitted" : "FORBIDDEN_TRANSITION");
  });
});

test("a refused transition is answered with the permitted list", () => {
  const parsed = changeInput.safeParse({
    ...common,
    type: "ADJUSTMENT",
    fromState: "SOLD",
    toState: "IN_STOCK",
    locationId: "A",
  });
  const message = parsed.error?.issues[0]?.message ?? "";
  for (const permitted of PERMITTED_TRANSITIONS) expect(message).toContain(permitted);
});

test("only tracked states have counts", () => {
  const untracked = STATES.filter((state) => !isTracked(state));
  expect(untracked).toEqual(["NONE", "SOLD", "UNLINKED_RETURN"]);
  expect(COUNTABLE_STATES.every(isTracked)).toBe(true);
});
