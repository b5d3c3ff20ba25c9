import { createGunzip, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { GzipStream, pieceOf } from "./shared-gzip.ts";

const text = (length: number) =>
  Buffer.from(Array.from({ length }, (_, at) => 97 + ((at * at) % 23)));
const LENGTHS = [0, 1, 7, 1_023, 1_024, 5_000, 0, 300, 70_000, 3];

describe("pieces made once are valid in any stream", () => {
  const pieces = LENGTHS.map((length) => ({ plain: text(length), piece: pieceOf(text(length)) }));

  test.each([1, 2, 3, 5, 8, 10])("from the one at %i on, twice over", (from) => {
    const told = [...pieces.slice(from - 1), ...pieces];
    const stream = new GzipStream();
    const sent = told.map(({ piece }, index) =>
      index === 0 ? stream.begin(piece) : stream.add(piece),
    );
    const plain = Buffer.concat(told.map((each) => each.plain));
    // `gunzipSync` refuses a wrong sum or length at the end.
    expect(gunzipSync(Buffer.concat([...sent, stream.end()])).equals(plain)).toBe(true);
  });

  test("a reader has each piece as soon as its bytes are there", async () => {
    const stream = new GzipStream();
    const reader = createGunzip();
    for (const [index, { plain, piece }] of pieces.entries()) {
      reader.write(index === 0 ? stream.begin(piece) : stream.add(piece));
      let read = 0;
      while (read < plain.length) {
        const data: Buffer | null = reader.read();
        if (data === null) await new Promise((wake) => reader.once("readable", wake));
        else read += data.length;
      }
      expect(read).toBe(plain.length);
    }
    reader.destroy();
  });
});

test("what repeats itself is a fraction of its size", () => {
  expect(pieceOf(text(70_000)).bytes.length).toBeLessThan(7_000);
});
