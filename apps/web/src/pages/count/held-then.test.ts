import type { Change } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { heldThen } from "./held-then.ts";

const SHOP = { catalogObjectId: "TEA", locationId: "SHOP", at: "2026-11-22T10:00:00.500Z" };
const said = {
  id: "C",
  position: 1,
  catalogObjectId: "TEA",
  catalogObjectType: "ITEM_VARIATION" as const,
  createdAt: "2026-11-22T11:00:00Z",
  source: { applicationId: "A", name: "Till" },
};

function sale(quantity: string, occurredAt: string, at = "SHOP"): Change {
  return {
    ...said,
    type: "ADJUSTMENT",
    fromState: "IN_STOCK",
    toState: "SOLD",
    fromLocationId: at,
    toLocationId: at,
    quantity,
    occurredAt,
  };
}

describe("what the ledger said when a line was counted", () => {
  test("is what it says now, without what occurred since", () => {
    const changes = [sale("2", "2026-11-22T10:05:00Z"), sale("3.5", "2026-11-22T09:00:00Z")];
    expect(heldThen("7", SHOP, changes)).toEqual({ kind: "held", quantity: "9" });
  });

  test("counts what arrived late but occurred before", () => {
    const late = { ...sale("2", "2026-11-22T09:59:00Z"), createdAt: "2026-11-22T12:00:00Z" };
    expect(heldThen("7", SHOP, [late])).toEqual({ kind: "held", quantity: "7" });
  });

  test("is exact to the instant, whose own changes come before the count", () => {
    const times = ["2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500001Z", "2026-11-22T10:00:00Z"];
    expect(times.map((time) => heldThen("7", SHOP, [sale("1", time)]))).toEqual([
      { kind: "held", quantity: "7" },
      { kind: "held", quantity: "8" },
      { kind: "held", quantity: "7" },
    ]);
  });

  test("knows both sides of a transfer, and what concerns other places", () => {
    const moved: Change = {
      ...said,
      type: "TRANSFER",
      state: "IN_STOCK",
      fromLocationId: "CELLAR",
      toLocationId: "SHOP",
      quantity: "4",
      occurredAt: "2026-11-22T10:05:00Z",
    };
    const changes = [moved, sale("1", "2026-11-22T10:06:00Z", "CELLAR")];
    expect(heldThen("10", SHOP, changes)).toEqual({ kind: "held", quantity: "6" });
    expect(heldThen("10", { ...SHOP, locationId: "CELLAR" }, changes)).toEqual({
      kind: "held",
      quantity: "15",
    });
    expect(heldThen("10", { ...SHOP, catalogObjectId: "RICE" }, changes)).toEqual({
      kind: "held",
      quantity: "10",
    });
  });

  test("is of no use when somebody counted it later", () => {
    const counted: Change = {
      ...said,
      type: "PHYSICAL_COUNT",
      state: "IN_STOCK",
      locationId: "SHOP",
      quantity: "5",
      occurredAt: "2026-11-22T10:30:00Z",
    };
    expect(heldThen("5", SHOP, [counted])).toEqual({
      kind: "counted later",
      at: "2026-11-22T10:30:00Z",
    });
    expect(heldThen("5", SHOP, [{ ...counted, state: "WASTE" }])).toMatchObject({ kind: "held" });
    expect(heldThen("5", SHOP, [{ ...counted, locationId: "CELLAR" }])).toMatchObject({
      kind: "held",
    });
  });
});
