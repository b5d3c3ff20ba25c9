import { expect, test } from "vitest";
import { momentOf } from "./since.ts";

const NOW = Date.UTC(2026, 10, 22, 12);

test.each([
  ["90s", "2026-11-22T11:58:30.000Z"],
  ["15m", "2026-11-22T11:45:00.000Z"],
  ["1h", "2026-11-22T11:00:00.000Z"],
  ["2d", "2026-11-20T12:00:00.000Z"],
  ["2026-11-22T13:00:00+01:00", "2026-11-22T13:00:00+01:00"],
])("%s is %s", (text, moment) => expect(momentOf(text, NOW)).toBe(moment));

test.each(["", "1", "h", "1w", "-1h", "1.5h", "yesterday", "1234567s"])("%j is neither", (text) =>
  expect(momentOf(text, NOW)).toBe(undefined),
);
