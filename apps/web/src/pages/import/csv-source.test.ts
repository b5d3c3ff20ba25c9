import { type FileRecord, ImportFault } from "@bincard/import";
import { describe, expect, test } from "vitest";
import { CsvSource, guessEncoding } from "./csv-source.ts";

const UTF8 = { delimiter: ",", encoding: "utf8" } as const;

async function recordsOf(source: CsvSource, csv: Parameters<CsvSource["records"]>[0] = UTF8) {
  const records: FileRecord[] = [];
  for await (const record of source.records(csv)) records.push(record);
  return records;
}

describe("a file that is read in pieces", () => {
  // Each row is as long as no piece, so that pieces end within letters, quotes and line breaks.
  const row = (number: number) => [`Möbel ${number}`, `"${"ü€😀".repeat(7)}\nzwei, drei"`, "1.5"];
  const ROWS = 9_000;
  const text = ["name,note,qty", ...Array.from({ length: ROWS }, (_, at) => row(at).join(","))];

  test("has the records it would have in one, by their lines", async () => {
    const bytes = new TextEncoder().encode(`\uFEFF${text.join("\r\n")}\r\n`);
    expect(bytes.length).toBeGreaterThan(600_000);
    const source = await CsvSource.of(new File([bytes], "large.csv"));
    const records = await recordsOf(source);
    expect(records.length).toBe(ROWS + 1);
    expect(records[0]).toEqual({ fields: ["name", "note", "qty"], line: 1 });
    for (const [at, { fields, line }] of records.slice(1).entries()) {
      expect(fields).toEqual([`Möbel ${at}`, `${"ü€😀".repeat(7)}\nzwei, drei`, "1.5"]);
      // Each takes two lines; the line is the one it ends on.
      expect(line).toBe(3 + at * 2);
    }
  });

  test("is the same each time, and tells how far it is", async () => {
    const told: number[] = [];
    const file = new File([text.join("\n")], "large.csv");
    const source = await CsvSource.of(file, (share) => told.push(share));
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    expect(await recordsOf(source)).toEqual(await recordsOf(source));
  });
});

test.each([
  ["latin1", new Uint8Array([0x6e, 0x0a, 0xfc, 0x80, 0x2c, 0x31])],
  [
    "utf16le",
    new Uint8Array(
      Uint16Array.from([..."\uFEFFn\nü\u0080,1"].map((letter) => letter.charCodeAt(0))).buffer,
    ),
  ],
] as const)("%s", async (encoding, bytes) => {
  const source = await CsvSource.of(new File([bytes], "odd.csv"));
  expect(await recordsOf(source, { delimiter: ",", encoding })).toEqual([
    { fields: ["n"], line: 1 },
    { fields: ["ü\u0080", "1"], line: 2 },
  ]);
});

test("its name is its content's", async () => {
  const source = await CsvSource.of(new File(["abc"], "letters.csv"));
  expect(source.sha256).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("what is no CSV, and what is empty, is said", async () => {
  await expect(CsvSource.of(new File([], "empty.csv"))).rejects.toThrow(ImportFault);
  const source = await CsvSource.of(new File(['a,"b'], "bad.csv"));
  await expect(recordsOf(source)).rejects.toThrow("bad.csv is not CSV");
});

test.each([
  ["utf8", new TextEncoder().encode("Möbel,1")],
  ["utf8", new TextEncoder().encode("\uFEFFMöbel,1")],
  ["utf8", new TextEncoder().encode("cut in a letter: €").slice(0, -1)],
  ["utf8", new Uint8Array()],
  ["latin1", new Uint8Array([0x4d, 0xf6, 0x62, 0x65, 0x6c])],
  ["utf16le", new Uint8Array([0xff, 0xfe, 0x4d, 0x00])],
] as const)("it begins as %s", (encoding, bytes) => expect(guessEncoding(bytes)).toBe(encoding));
