import { describe, expect, test } from "vitest";
import {
  beginSheet,
  everything,
  isQuantity,
  noneOf,
  requestOf,
  said,
  scanned,
  uncounted,
  unsaid,
} from "./count-sheet.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 9, minute));
const PLAN = { locationId: "SHOP", isBlind: true, planned: ["TEA", "RICE"], referenceId: "Count" };
const begun = beginSheet(PLAN, at(0));

describe("a sheet", () => {
  test("adds what is scanned, as of the first scan", () => {
    const twice = scanned(scanned(begun, "TEA", at(1)), "TEA", at(5));
    expect(twice.lines["TEA"]).toEqual({ quantity: "2", at: at(1).toISOString() });
    expect(twice.last).toBe("TEA");
  });

  test("takes what is typed in place of what was there, as of now, in canonical form", () => {
    const typed = said(scanned(begun, "TEA", at(1)), { id: "TEA", quantity: "007.50" }, at(5));
    expect(typed.lines["TEA"]).toEqual({ quantity: "7.5", at: at(5).toISOString() });
  });

  test("knows what is left to count, and what was found beside the plan", () => {
    const found = scanned(scanned(begun, "OIL", at(1)), "TEA", at(2));
    expect(uncounted(found)).toEqual(["RICE"]);
    expect(everything(found)).toEqual(["TEA", "RICE", "OIL"]);
    expect(uncounted(unsaid(found, "TEA"))).toEqual(["TEA", "RICE"]);
    expect(unsaid(found, "TEA").last).toBeUndefined();
  });

  test("counts as nothing what nobody found", () => {
    const none = noneOf(begun, uncounted(begun), at(9));
    expect(none.lines["RICE"]).toEqual({ quantity: "0", at: at(9).toISOString() });
  });

  test("becomes one batch, each line as of its own moment", () => {
    const counted = said(scanned(begun, "TEA", at(1)), { id: "RICE", quantity: "2" }, at(7));
    expect(requestOf(counted, "k")).toEqual({
      idempotencyKey: "k",
      ignoreUnchangedCounts: false,
      changes: [
        {
          type: "PHYSICAL_COUNT",
          catalogObjectId: "TEA",
          locationId: "SHOP",
          state: "IN_STOCK",
          quantity: "1",
          occurredAt: at(1).toISOString(),
          referenceId: "Count",
        },
        expect.objectContaining({ quantity: "2", occurredAt: at(7).toISOString() }),
      ],
    });
    expect(requestOf({ ...counted, referenceId: " " }, "k").changes[0]).not.toHaveProperty(
      "referenceId",
    );
  });
});

test.each(["0", "12", "0.00001", "99999999999999999999.5"])("%s is a quantity", (text) =>
  expect(isQuantity(text)).toBe(true),
);
test.each(["", "-1", "1.", ".5", "1e3", "1.123456", "1,5", " 1"])("%j is none", (text) =>
  expect(isQuantity(text)).toBe(false),
);
