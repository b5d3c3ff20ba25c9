import { expect, test } from "vitest";
import { compileTimes } from "./times.ts";

const rule = { from: "{t}", timeOfDay: "12:00", zone: "UTC" };

test.each([
  ["M/D/YYYY", "11/8/2016", "2016-11-08T12:00:00Z"],
  ["D.M.YYYY", "8.11.2016", "2016-11-08T12:00:00Z"],
  ["YYYY-MM-DD", "2016-11-08", "2016-11-08T12:00:00Z"],
  ["YYYYMMDD", "20161108", "2016-11-08T12:00:00Z"],
  ["YYYY-MM-DD HH:mm", "2016-11-08 09:30", "2016-11-08T09:30:00Z"],
  ["M/D/YYYY H:mm A", "11/8/2016 9:05 PM", "2016-11-08T21:05:00Z"],
  ["M/D/YYYY H:mm A", "11/8/2016 12:05 AM", "2016-11-08T00:05:00Z"],
  ["YYYY-MM-DD HH:mm:ss.SSS", "2016-11-08 09:30:01.25", "2016-11-08T09:30:01.25Z"],
  ["YYYY-MM-DDTHH:mmZ", "2016-11-08T09:30+02:00", "2016-11-08T07:30:00Z"],
  ["RFC3339", "2016-11-08T09:30:00.123456789+02:00", "2016-11-08T07:30:00.123456Z"],
])("%s reads %s", (format, text, time) => {
  expect(compileTimes({ ...rule, formats: [format] })(text)).toEqual({ time });
});

test.each([
  ["YYYY-MM-DD", "2016-02-30"],
  ["YYYY-MM-DD", "2016-11-08 "],
  ["YYYY-MM-DD", "11/8/2016"],
  ["M/D/YYYY", "13/8/2016"],
  ["M/D/YYYY H:mm A", "11/8/2016 13:05 PM"],
  ["YYYY-MM-DD HH:mm", "2016-11-08 24:00"],
  ["RFC3339", "2016-11-08T09:30:00"],
])("%s refuses %j", (format, text) => {
  expect(compileTimes({ ...rule, formats: [format] })(text)).toEqual({
    fault: `"${text}" is not a time of the form ${format}`,
  });
});

test("formats are tried in turn", () => {
  const read = compileTimes({ ...rule, formats: ["YYYY-MM-DD", "M/D/YYYY"] });
  expect(read("2016-11-08")).toEqual(read("11/8/2016"));
});

test.each([
  ["America/New_York", "2016-07-01", "2016-07-01T16:00:00Z"],
  ["America/New_York", "2016-12-01", "2016-12-01T17:00:00Z"],
  ["Asia/Kolkata", "2016-12-01", "2016-12-01T06:30:00Z"],
  ["+02:00", "2016-12-01", "2016-12-01T10:00:00Z"],
  ["-0330", "2016-12-01", "2016-12-01T15:30:00Z"],
])("noon in %s on %s", (zone, text, time) => {
  expect(compileTimes({ ...rule, zone, formats: ["YYYY-MM-DD"] })(text)).toEqual({ time });
});

test("on the day the clocks change, both sides of the change are right", () => {
  const read = compileTimes({ ...rule, zone: "Europe/Berlin", formats: ["YYYY-MM-DD HH:mm"] });
  expect(read("2016-03-27 01:30")).toEqual({ time: "2016-03-27T00:30:00Z" });
  expect(read("2016-03-27 03:30")).toEqual({ time: "2016-03-27T01:30:00Z" });
});

test("a format without a date and a zone that is none are faults of the map", () => {
  expect(() => compileTimes({ ...rule, formats: ["HH:mm"] })).toThrow(/lacks a year/);
  expect(() => compileTimes({ ...rule, formats: ["YYYY-MM-DD"], zone: "Mars/Base" })).toThrow(
    RangeError,
  );
});
