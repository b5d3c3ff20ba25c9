import { expect, test } from "vitest";
import { attemptText } from "./attempt-text.ts";

const at = "2026-11-22T09:30:00Z";

test.each([
  [{ at, milliseconds: 42, status: 200 }, "Delivered: HTTP\u00A0200, 42\u00A0ms"],
  [
    { at, milliseconds: 42, status: 500, reason: "http_error" as const },
    "Refused: HTTP\u00A0500, 42\u00A0ms",
  ],
  [
    { at, milliseconds: 5, reason: "other_error" as const, detail: "connection refused" },
    "It could not be reached: connection refused, 5\u00A0ms",
  ],
  [
    { at, milliseconds: 5, reason: "http_timeout" as const },
    "It did not answer in time, 5\u00A0ms",
  ],
])("%j", (attempt, text) => expect(attemptText(attempt)).toBe(text));
