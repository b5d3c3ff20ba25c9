import { describe, expect, test } from "vitest";
import { DEFAULT_VERSION, readVersion } from "../../src/square/version.ts";

describe("Square-Version chooses the dialect", () => {
  test("absent: A, under the newest version that speaks it", () => {
    expect(readVersion(undefined)).toEqual(DEFAULT_VERSION);
    expect(DEFAULT_VERSION).toEqual({ name: "2026-05-20", dialect: "A" });
  });

  test.each([
    ["2018-09-18", "A"],
    ["2026-05-20", "A"],
    ["2026-07-14", "A"],
    ["2026-07-15", "B"],
    ["2026-09-16", "B"],
    ["2031-01-01", "B"],
  ])("%s: %s", (name, dialect) => {
    expect(readVersion(name)).toEqual({ name, dialect });
  });

  test.each(["", "latest", "2026-7-15", "2026-13-01", "2026-02-30", "2026-09-16T00:00:00Z"])(
    "%j is no version",
    (header) => {
      expect(readVersion(header)).toBeUndefined();
    },
  );
});
