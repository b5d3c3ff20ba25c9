import { expect, test } from "vitest";
import { codesOf, readEntry } from "./entry.ts";

const codes = codesOf([
  {
    id: "V1",
    itemName: "Stoneware mug",
    variationName: "Blue",
    sku: "MUG-BLU",
    upc: "2000000010007",
  },
  { id: "V2", itemName: "Stoneware mug", variationName: "Moss", sku: "MUG-MOS", upc: undefined },
  { id: "V3", itemName: "Postcard", variationName: undefined, sku: "4711", upc: undefined },
]);
const read = (text: string, last?: string) => readEntry(text, { codes, last });
const scan = (text: string, last?: string) => readEntry(text, { codes, last, isScanned: true });

test.each([
  ["2000000010007", { kind: "one", id: "V1" }],
  ["mug-blu", { kind: "one", id: "V1" }],
  ["V3", { kind: "one", id: "V3" }],
  ["12 x mug-blu", { kind: "quantity", id: "V1", quantity: "12" }],
  ["2.5*V2", { kind: "quantity", id: "V2", quantity: "2.5" }],
  ["3 x postcard", { kind: "quantity", id: "V3", quantity: "3" }],
  ["3 x mug", { kind: "choice", ids: ["V1", "V2"] }],
  ["mug", { kind: "choice", ids: ["V1", "V2"] }],
  ["moss stone", { kind: "choice", ids: ["V2"] }],
  ["9999999", { kind: "unknown", text: "9999999" }],
  ["3 x nothing", { kind: "unknown", text: "nothing" }],
  ["  ", { kind: "nothing" }],
])("%s", (text, entry) => expect(read(text)).toEqual(entry));

test("a number is about what was counted last, unless it is a code", () => {
  expect(read("12", "V2")).toEqual({ kind: "quantity", id: "V2", quantity: "12" });
  expect(read("4711", "V2")).toEqual({ kind: "one", id: "V3" });
  expect(read("12")).toEqual({ kind: "unknown", text: "12" });
});

test.each(["40170725", "4011", "12", "3 x mug-blu", "mug"])(
  "a scanned %s that nobody knows is no quantity and no name",
  (code) => expect(scan(code, "V2")).toEqual({ kind: "unknown", text: code }),
);

test("a scanned code that somebody knows adds one", () => {
  expect(scan("2000000010007", "V2")).toEqual({ kind: "one", id: "V1" });
  expect(scan("4711", "V2")).toEqual({ kind: "one", id: "V3" });
});

test.each(["1,5", "1 000", "-3", "1.123456", "1,5 x mug-blu"])("%s is no quantity", (text) =>
  expect(read(text, "V2")).toEqual({ kind: "no quantity", text }),
);
