import { compilePlan, type ImportMap, parseMap } from "@bincard/import";
import { expect, test } from "vitest";
import { Differences, foretold } from "./preview.ts";

const COLUMNS = ["Kind", "SKU", "Shop", "To", "Qty", "When"];
const MAP: ImportMap = parseMap(
  JSON.stringify({
    version: 1,
    item: { sku: "{SKU}" },
    location: { name: "{Shop}" },
    time: { from: "{When}" },
    changes: [
      { kind: "count", quantity: "{Qty}", when: { Kind: "count" } },
      { kind: "sell", quantity: "{Qty}", when: { Kind: "sell" } },
      { kind: "waste", quantity: "{Qty}", when: { Kind: "waste" } },
      { kind: "move", quantity: "{Qty}", to: { name: "{To}" }, when: { Kind: "move" } },
    ],
  }),
  "test",
);

function differences(
  rows: readonly (readonly string[])[],
  map: ImportMap = MAP,
): Record<string, string> {
  const plan = compilePlan(map, COLUMNS);
  const found = new Differences(map);
  for (const row of rows) {
    const outcome = plan(new Map(COLUMNS.map((column, index) => [column, row[index] ?? ""])));
    if (outcome.kind === "changes") outcome.changes.forEach((planned) => found.add(planned));
  }
  return Object.fromEntries(
    found
      .all()
      .map(({ item, place, state, steps }) => [
        `${item.text} ${place.text} ${state}`,
        foretold("10", steps),
      ]),
  );
}

test("what a file does to each count, in the order in which it happened", () => {
  expect(
    differences([
      ["sell", "TEA", "North", "", "2", "2026-11-22T10:00:00Z"],
      ["count", "TEA", "North", "", "7", "2026-11-22T09:00:00Z"],
      ["waste", "RICE", "North", "", "1.5", "2026-11-22T09:00:00Z"],
      ["move", "RICE", "North", "South", "3", "2026-11-22T09:00:00Z"],
    ]),
  ).toEqual({
    "TEA North IN_STOCK": "5",
    "RICE North IN_STOCK": "5.5",
    "RICE North WASTE": "11.5",
    "RICE South IN_STOCK": "13",
  });
});

test("times of one second go by their fractions, however long these are", () => {
  const counts = [
    ["count", "TEA", "North", "", "7", "2026-11-22T09:00:00.465Z"],
    ["count", "TEA", "North", "", "9", "2026-11-22T09:00:00.46Z"],
    ["sell", "RICE", "North", "", "2", "2026-11-22T09:00:00.465Z"],
    ["count", "RICE", "North", "", "9", "2026-11-22T09:00:00.46Z"],
  ];
  expect(differences(counts)).toEqual({ "TEA North IN_STOCK": "7", "RICE North IN_STOCK": "7" });
});

test("however many rows a key has, what is remembered of it is one step", () => {
  const rows = Array.from({ length: 500 }, (_, row) => {
    const [kind, item] = row % 2 === 0 ? ["sell", "TEA"] : ["waste", "RICE"];
    return [
      kind,
      item,
      "North",
      "",
      "0.1",
      `2026-11-22T10:${String(row % 60).padStart(2, "0")}:00Z`,
    ];
  });
  const map = { ...MAP, changes: MAP.changes.filter(({ kind }) => kind !== "count") };
  const found = new Differences(map);
  const plan = compilePlan(map, COLUMNS);
  for (const row of rows) {
    const outcome = plan(new Map(COLUMNS.map((column, index) => [column, row[index] ?? ""])));
    if (outcome.kind === "changes") outcome.changes.forEach((planned) => found.add(planned));
  }
  expect(found.all().map(({ steps }) => steps.length)).toEqual([1, 1, 1]);
  expect(differences(rows, map)).toEqual({
    "TEA North IN_STOCK": "-15",
    "RICE North IN_STOCK": "-15",
    "RICE North WASTE": "35",
  });
});

test("of counts alone the newest stands, wherever it is in the file", () => {
  const map = { ...MAP, changes: MAP.changes.filter(({ kind }) => kind === "count") };
  const rows = [
    ["count", "TEA", "North", "", "7", "2026-11-22T11:00:00Z"],
    ["count", "TEA", "North", "", "9", "2026-11-22T12:00:00Z"],
    ["count", "TEA", "North", "", "8", "2026-11-22T10:00:00Z"],
  ];
  expect(differences(rows, map)).toEqual({ "TEA North IN_STOCK": "9" });
});
