import { expect, test } from "vitest";
import { takesEncoding } from "./accept-encoding.ts";

test.each([
  ["gzip, deflate, br, zstd", true, true],
  ["br;q=1.0, GZIP;q=0.8, *;q=0.1", true, true],
  ["gzip;q=0.5,br;q=0", true, false],
  ["gzip;q=0", false, false],
  ["gzip; q=0.000", false, false],
  ["gzip; q=0.001", true, false],
  ["identity", false, false],
  ["x-gzip-not", false, false],
  ["x-gzip", false, false],
  ["br", false, true],
  ["", false, false],
  [null, false, false],
  [undefined, false, false],
])("%s takes gzip: %s, and br: %s", (header, gzip, br) => {
  expect([takesEncoding(header, "gzip"), takesEncoding(header, "br")]).toEqual([gzip, br]);
});
