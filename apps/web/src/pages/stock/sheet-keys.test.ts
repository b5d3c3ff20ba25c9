import { describe, expect, test } from "vitest";
import { begun, moved } from "./sheet-keys.ts";

const extent = { rows: 100, columns: 4, page: 20 };
const key = (key: string, held: { ctrlKey?: boolean; metaKey?: boolean } = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("moving like in a sheet", () => {
  test.each([
    ["ArrowDown", {}, { row: 11, column: 2 }],
    ["ArrowUp", {}, { row: 9, column: 2 }],
    ["ArrowLeft", {}, { row: 10, column: 1 }],
    ["ArrowRight", {}, { row: 10, column: 3 }],
    ["ArrowDown", { ctrlKey: true }, { row: 99, column: 2 }],
    ["ArrowUp", { metaKey: true }, { row: 0, column: 2 }],
    ["PageDown", {}, { row: 30, column: 2 }],
    ["PageUp", {}, { row: 0, column: 2 }],
    ["Home", {}, { row: 10, column: 0 }],
    ["End", {}, { row: 10, column: 3 }],
    ["Home", { ctrlKey: true }, { row: 0, column: 0 }],
    ["End", { ctrlKey: true }, { row: 99, column: 3 }],
  ])("%s %o", (name, held, to) => {
    expect(moved({ row: 10, column: 2 }, key(name, held), extent)).toEqual(to);
  });

  test("never past an edge", () => {
    expect(moved({ row: 99, column: 3 }, key("ArrowDown"), extent)).toEqual({ row: 99, column: 3 });
    expect(moved({ row: 0, column: 0 }, key("ArrowLeft"), extent)).toEqual({ row: 0, column: 0 });
    expect(moved({ row: 0, column: 0 }, key("End"), { ...extent, rows: 0 })).toEqual({
      row: 0,
      column: 3,
    });
  });

  test("other keys lead nowhere", () => {
    expect(moved({ row: 1, column: 1 }, key("a"), extent)).toBeUndefined();
  });
});

describe("what a key begins", () => {
  test.each([
    ["7", "IN_STOCK", { verb: "count", quantity: "7" }],
    ["r", "IN_STOCK", { verb: "receive", quantity: "" }],
    ["M", "IN_STOCK", { verb: "move", quantity: "" }],
    ["+", "IN_STOCK", { verb: "receive", quantity: "" }],
    ["-", "IN_STOCK", { verb: "sell", quantity: "" }],
    ["Enter", "IN_STOCK", { verb: "receive", quantity: "" }],
    ["b", "WASTE", { verb: "restore", quantity: "" }],
    ["7", "WASTE", { verb: "count", quantity: "7" }],
    ["s", "WASTE", undefined],
    ["b", "IN_STOCK", undefined],
    ["x", "IN_STOCK", undefined],
  ] as const)("%s on %s", (name, state, expected) => {
    expect(begun(key(name), state)).toEqual(expected);
  });

  test("nothing with Ctrl or Command held: those are the browser's", () => {
    expect(begun(key("r", { ctrlKey: true }), "IN_STOCK")).toBeUndefined();
    expect(begun(key("c", { metaKey: true }), "IN_STOCK")).toBeUndefined();
  });
});
