import { expect, test } from "vitest";
import { RejectedRows } from "./rejected-rows.ts";

test("all of them are in the file, the first of them on the page", async () => {
  const rejected = new RejectedRows(["SKU", "Qty"], ";");
  const cells = new Map<string, string>();
  for (let number = 1; number <= 30_000; number += 1)
    rejected.add({ number, line: number + 1, fields: [`S${number}`, "many; more"], cells }, "no");
  expect(rejected.count).toBe(30_000);
  expect(rejected.first.length).toBe(100);
  expect(rejected.first[0]).toEqual({ line: 2, reason: "no" });
  const lines = (await rejected.file().text()).split("\n");
  expect(lines.length).toBe(30_002);
  expect(lines[0]).toBe("SKU;Qty;reason");
  expect(lines[30_000]).toBe('S30000;"many; more";line 30001: no');
  // Saved twice, it is the same.
  expect((await rejected.file().text()).split("\n").length).toBe(30_002);
});
