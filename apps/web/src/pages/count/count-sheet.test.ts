import { LIMITS } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import {
  beginSheet,
  type CountSheet,
  isQuantity,
  LINES_PER_BATCH,
  noneOf,
  postedOf,
  requestOf,
  said,
  scanned,
  uncounted,
  unsaid,
} from "./count-sheet.ts";
import { OpenSheet, wholeOf } from "./open-sheet.ts";

const everything = (sheet: CountSheet) => [...new OpenSheet(wholeOf(sheet)).ids("all")];

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
    // Another tab found some of it meanwhile.
    const found = noneOf(scanned(begun, "TEA", at(1)), ["TEA", "RICE"], at(9));
    expect(found.lines["TEA"]?.quantity).toBe("1");
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

describe("a sheet of more lines than a batch takes", () => {
  const ids = Array.from({ length: 2_345 }, (_, line) => `ITEM-${line}`);
  const large = ids.reduce(
    (sheet, id, line) => said(sheet, { id, quantity: String(line) }, at(line % 60)),
    beginSheet({ ...PLAN, planned: [...ids, "NOT-FOUND"] }, at(0)),
  );

  test("goes as batches, each line in exactly one", () => {
    expect(LINES_PER_BATCH).toBe(LIMITS.changesPerRequest);
    const sizes: number[] = [];
    const sent = new Set<string>();
    let left = large;
    while (Object.keys(left.lines).length > 0) {
      const request = requestOf(left, `key-${sizes.length}`);
      sizes.push(request.changes.length);
      for (const { catalogObjectId } of request.changes) sent.add(catalogObjectId);
      left = postedOf({ ...left, sent: request }, request);
      expect(left.sent).toBeUndefined();
    }
    expect(sizes).toEqual([LINES_PER_BATCH, LINES_PER_BATCH, 345]);
    expect(sent.size).toBe(2_345);
    expect(left.posted).toBe(2_345);
    expect(uncounted(left)).toEqual(["NOT-FOUND"]);
  });

  test("keeps what was counted anew while a batch was under way", () => {
    const request = requestOf(large, "key");
    const counted = said(large, { id: "ITEM-3", quantity: "99" }, at(59));
    const left = postedOf(counted, request);
    expect(left.lines["ITEM-3"]?.quantity).toBe("99");
    expect(left.posted).toBe(LINES_PER_BATCH - 1);
    expect(everything(left)).toContain("ITEM-3");
  });

  test("counts a batch once that is answered twice", () => {
    const request = requestOf(large, "key");
    expect(postedOf(postedOf(large, request), request).posted).toBe(LINES_PER_BATCH);
  });
});
