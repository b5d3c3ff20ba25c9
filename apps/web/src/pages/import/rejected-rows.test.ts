import { expect, test } from "vitest";
import { RejectedRows } from "./rejected-rows.ts";

test("all of them are in the file, the first of them on the page", async () => {
  const rejected = new RejectedRows(["SKU", "Qty"], { delimiter: ";", encoding: "utf8" });
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

test.each([
  ["utf8", "utf-8", "Ċ"],
  ["utf16le", "utf-16le", "Ċ"],
  ["latin1", "latin1", "?"],
] as const)("the file is in %s, as the one it comes from", async (encoding, label, foreign) => {
  const rejected = new RejectedRows(["SKU"], { delimiter: ",", encoding });
  const row = { number: 1, line: 2, fields: ["CAFÉ"], cells: new Map<string, string>() };
  rejected.add(row, "no Ċ");
  // Looked at in the middle, it is the same at the end.
  rejected.file();
  rejected.add(row, "no");
  const bytes = await rejected.file().arrayBuffer();
  expect(new TextDecoder(label, { fatal: true }).decode(bytes)).toBe(
    `SKU,reason\nCAFÉ,line 2: no ${foreign}\nCAFÉ,line 2: no\n`,
  );
  const marks = [...new Uint16Array(bytes.slice(0, 2))].filter((mark) => mark === 0xfe_ff);
  expect(marks).toHaveLength(encoding === "utf16le" ? 1 : 0);
});
