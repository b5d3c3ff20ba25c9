import { canonicalTime, formatQuantity, formatTime, parseTime } from "@bincard/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quantityTextOf, scaledOf } from "./quantity.ts";
import { instantOf, microsOf, timeOf } from "./time.ts";

test("L12: a time as Postgres prints it keeps its microseconds", () => {
  expect(timeOf("2020-12-18 21:10:34.12189+00")).toBe("2020-12-18T21:10:34.12189Z");
  expect(timeOf("2020-12-18 21:10:34+00")).toBe("2020-12-18T21:10:34Z");
  expect(microsOf("2020-12-18 21:10:34.000001+00")).toBe(parseTime("2020-12-18T21:10:34.000001Z"));
  expect(microsOf("-infinity")).toBe(-Infinity);
  expect(instantOf(-Infinity)).toBe("-infinity");
});

test("L12: instants before 1970 and after it print alike", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 5e15 }), (micros) => {
      const text = formatTime(micros);
      expect(canonicalTime(text)).toBe(text);
      const printed = `${text.slice(0, 10)} ${text.slice(11, -1)}+00`;
      expect(microsOf(printed)).toBe(micros);
    }),
  );
});

test("L12: a numeric as Postgres prints it is exact, whatever its length", () => {
  expect(formatQuantity(scaledOf("-12345678901234567890123456789.50000"))).toBe(
    "-12345678901234567890123456789.5",
  );
  expect(scaledOf("0.00001")).toBe(1n);
  expect(() => scaledOf("0.000001")).toThrow("not one Bincard wrote");
  expect(() => scaledOf("NaN")).toThrow("not one Bincard wrote");
});

test("L12: a quantity that is only told reads like one that was computed with", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (scaled) => {
      const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(6, "0");
      const printed = `${scaled < 0n ? "-" : ""}${digits.slice(0, -5)}.${digits.slice(-5)}`;
      expect(scaledOf(printed)).toBe(scaled);
      expect(quantityTextOf(printed)).toBe(formatQuantity(scaled));
    }),
  );
  expect(quantityTextOf("12")).toBe("12");
  expect(() => quantityTextOf("0.000001")).toThrow("not one Bincard wrote");
});
