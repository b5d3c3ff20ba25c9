import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listChangesInput } from "./change.ts";
import { failuresOf } from "./failure.ts";
import { LIMITS } from "./limits.ts";
import { canonicalTime, formatTime, parseTime, timeInput } from "./time.ts";

const EARLIEST = parseTime("0001-01-01T00:00:00Z") ?? 0;
/** Microseconds stay a safe integer up to here. */
const LATEST = parseTime("2255-01-01T00:00:00Z") ?? 0;
const instant = fc.integer({ min: EARLIEST, max: LATEST });

describe("L12: canonical times keep microseconds", () => {
  test.each([
    ["2026-11-22T09:30:00Z", "2026-11-22T09:30:00Z"],
    ["2026-11-22t09:30:00z", "2026-11-22T09:30:00Z"],
    ["2026-11-22T09:30:00.000Z", "2026-11-22T09:30:00Z"],
    ["2026-11-22T09:30:00.120Z", "2026-11-22T09:30:00.12Z"],
    ["2026-11-22T09:30:00.123456Z", "2026-11-22T09:30:00.123456Z"],
    // Cut, not rounded: a rounded time could lie in the future.
    ["2026-11-22T09:30:00.123456999Z", "2026-11-22T09:30:00.123456Z"],
    ["2026-11-22T09:30:00.0000009Z", "2026-11-22T09:30:00Z"],
    ["2026-11-22T09:30:00+01:30", "2026-11-22T08:00:00Z"],
    ["2026-11-22T23:30:00.5-01:00", "2026-11-23T00:30:00.5Z"],
    ["2026-01-01T00:30:00+00:31", "2025-12-31T23:59:00Z"],
    ["2026-11-22T09:30:00-00:00", "2026-11-22T09:30:00Z"],
    ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"],
    ["2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["0099-06-01T00:00:00Z", "0099-06-01T00:00:00Z"],
    ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"],
    ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalTime(text)).toBe(canonical);
  });

  test.each([
    "",
    "now",
    "2026-11-22",
    "2026-11-22T09:30Z",
    "2026-11-22T09:30:00",
    "2026-11-22 09:30:00Z",
    "2026-11-22T09:30:00.Z",
    "2026-11-22T09:30:00,5Z",
    "2026-11-22T09:30:00+0100",
    "2026-11-22T09:30:00+24:00",
    "2026-11-22T09:30:00+01:60",
    "2026-11-22T24:00:00Z",
    "2026-11-22T09:60:00Z",
    "2026-11-22T09:30:60Z",
    "2026-00-22T09:30:00Z",
    "2026-13-22T09:30:00Z",
    "2026-11-00T09:30:00Z",
    "2026-11-31T09:30:00Z",
    "2026-02-29T09:30:00Z",
    "1900-02-29T09:30:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "+12026-11-22T09:30:00Z",
    "1795338600",
    "2026-11-22T09:30:00Z ",
    "2026-11-22T09:30:00Z\n",
  ])("%j is no time", (text) => {
    expect(canonicalTime(text)).toBeUndefined();
    expect(parseTime(text)).toBeUndefined();
  });

  test("nine fractional digits are permitted, ten are not", () => {
    const fraction = "1".repeat(LIMITS.timeFractionDigits);
    expect(canonicalTime(`2026-11-22T09:30:00.${fraction}Z`)).toBe("2026-11-22T09:30:00.111111Z");
    expect(canonicalTime(`2026-11-22T09:30:00.${fraction}1Z`)).toBeUndefined();
  });

  test("the schema refuses with INVALID_TIME, and with WRONG_TYPE what is not text", () => {
    const code = (given: unknown) => {
      const parsed = timeInput.safeParse(given, { reportInput: true });
      return parsed.success ? parsed.data : failuresOf(parsed.error)[0].code;
    };
    expect(code("2026-11-22T09:30:00+01:00")).toBe("2026-11-22T08:30:00Z");
    expect(code("2026-11-22T09:30:00")).toBe("INVALID_TIME");
    expect(code(1_795_338_600)).toBe("WRONG_TYPE");
  });
});

describe("round trips", () => {
  test("every microsecond survives as text", () => {
    fc.assert(
      fc.property(instant, (micros) => {
        const text = formatTime(micros);
        expect(parseTime(text)).toBe(micros);
        expect(canonicalTime(text)).toBe(text);
      }),
    );
  });

  test("an offset names the same instant", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: EARLIEST + 86_400_000_000, max: LATEST }),
        fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
        (micros, offset) => {
          const local = formatTime(micros + offset * 60_000_000).slice(0, -1);
          const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
          const zone = [hours, minutes].map((part) => String(part).padStart(2, "0")).join(":");
          expect(parseTime(`${local}${offset < 0 ? "-" : "+"}${zone}`)).toBe(micros);
        },
      ),
    );
  });
});

describe("the order of canonical times", () => {
  const range = (updatedAfter: string, updatedBefore: string) => {
    const parsed = listChangesInput.safeParse({ updatedAfter, updatedBefore });
    return parsed.success ? "permitted" : failuresOf(parsed.error)[0].code;
  };

  test.each([
    ["2026-11-22T09:30:00Z", "2026-11-22T09:30:00.5Z", "permitted"],
    ["2026-11-22T09:30:00.5Z", "2026-11-22T09:30:00Z", "INVALID_TIME_RANGE"],
    ["2026-11-22T09:30:00.5Z", "2026-11-22T09:30:00.49Z", "INVALID_TIME_RANGE"],
    ["2026-11-22T09:30:00.5Z", "2026-11-22T09:30:00.51Z", "permitted"],
    ["2026-11-22T09:30:00.999999Z", "2026-11-22T09:30:01Z", "permitted"],
    ["2026-11-22T09:30:00Z", "2026-11-22T09:30:00Z", "INVALID_TIME_RANGE"],
    ["2026-11-22T10:30:00+01:00", "2026-11-22T09:30:00.0Z", "INVALID_TIME_RANGE"],
    ["0999-12-31T00:00:00Z", "1000-01-01T00:00:00Z", "permitted"],
  ])("after %s and before %s is %s", (after, before, expected) => {
    expect(range(after, before)).toBe(expected);
  });

  test("is the order of the instants", () => {
    const near = fc.tuple(instant, fc.integer({ min: -1_500_000, max: 1_500_000 }));
    fc.assert(
      fc.property(near, ([base, distance]) => {
        const other = Math.min(Math.max(base + distance, EARLIEST), LATEST);
        const expected = base < other ? "permitted" : "INVALID_TIME_RANGE";
        expect(range(formatTime(base), formatTime(other))).toBe(expected);
      }),
    );
  });
});
