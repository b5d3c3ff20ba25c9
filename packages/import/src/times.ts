import { canonicalTime, formatTime, type Micros, parseTime } from "@bincard/contracts";
import type { TimeRule } from "./map.ts";

/** Text of a row as a canonical time, or why it is none. */
export type ReadTime = (text: string) => { time: string } | { fault: string };

type Part = "YYYY" | "MM" | "M" | "DD" | "D" | "HH" | "H" | "mm" | "ss" | "SSS" | "A" | "Z";
const PARTS: Readonly<Record<Part, string>> = {
  YYYY: "(\\d{4})",
  MM: "(\\d{2})",
  M: "(\\d{1,2})",
  DD: "(\\d{2})",
  D: "(\\d{1,2})",
  HH: "(\\d{2})",
  H: "(\\d{1,2})",
  mm: "(\\d{2})",
  ss: "(\\d{2})",
  SSS: "(\\d{1,6})",
  A: "([AaPp][Mm])",
  Z: "(Z|[+-]\\d{2}:?\\d{2})",
};
const PART = /YYYY|MM|M|DD|D|HH|H|mm|ss|SSS|A|Z/g;
const RFC3339 = "RFC3339";
const REMEMBERED = 10_000;

type Found = Partial<Record<Part, string>>;

/**
 * Compiles the times of a map. A format is made of YYYY, MM or M, DD or D, HH or H, mm, ss, SSS, A (AM or
 * PM), Z (an offset) and what stands between them.
 * @throws RangeError for a format without a date, or an unknown zone.
 */
export function compileTimes(rule: TimeRule): ReadTime {
  const formats = rule.formats.map(compileFormat);
  const zone = compileZone(rule.zone);
  // Rows of one day come in heaps, and a zone's rules are slow to ask.
  const known = new Map<string, ReturnType<ReadTime>>();
  return (text) => {
    const found = known.get(text) ?? readOnce(text);
    if (known.size > REMEMBERED) known.clear();
    known.set(text, found);
    return found;
  };

  function readOnce(text: string): ReturnType<ReadTime> {
    for (const read of formats) {
      const found = read(text);
      if (found === undefined) continue;
      const time = typeof found === "string" ? found : instantOf(found, rule.timeOfDay, zone);
      if (time !== undefined) return { time };
    }
    return { fault: `"${text}" is not a time of the form ${rule.formats.join(" or ")}` };
  }
}

function compileFormat(format: string): (text: string) => Found | string | undefined {
  if (format === RFC3339) return canonicalTime;
  const parts: Part[] = [];
  const escaped = format.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = escaped.replace(PART, (word) => {
    const part = word as Part;
    parts.push(part);
    return PARTS[part];
  });
  const has = (...names: Part[]) => names.some((name) => parts.includes(name));
  if (!has("YYYY") || !has("MM", "M") || !has("DD", "D"))
    throw new RangeError(`the format "${format}" lacks a year, a month or a day`);
  const whole = new RegExp(`^${pattern}$`);
  return (text) => {
    const match = whole.exec(text);
    if (match === null) return undefined;
    return Object.fromEntries(parts.map((part, index) => [part, match[index + 1]]));
  };
}

/** Micros to take off a wall-clock time, read as if it were UTC, to get the instant. */
type Zone = (wall: Micros) => Micros;

function compileZone(name: string): Zone {
  if (name === "UTC") return () => 0;
  const fixed = offsetOf(name);
  if (fixed !== undefined) return () => fixed;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetAt = (instant: Micros): Micros => {
    const of = (type: string) =>
      Number(parts.find((part) => part.type === type)?.value ?? Number.NaN);
    const milliseconds = Math.floor(instant / 1_000);
    const parts = format.formatToParts(milliseconds);
    const wall = Date.UTC(
      of("year"),
      of("month") - 1,
      of("day"),
      of("hour"),
      of("minute"),
      of("second"),
    );
    return (wall - Math.floor(milliseconds / 1_000) * 1_000) * 1_000;
  };
  // The offset at the wall time taken as UTC is right except near a switch; asking again there settles it.
  return (wall) => offsetAt(wall - offsetAt(wall));
}

function offsetOf(text: string): Micros | undefined {
  if (text === "Z") return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -1 : 1) * minutes * 60_000_000;
}

function instantOf(found: Found, timeOfDay: string, zone: Zone): string | undefined {
  const two = (text: string | undefined) => (text ?? "0").padStart(2, "0");
  const date = `${found.YYYY}-${two(found.MM ?? found.M)}-${two(found.DD ?? found.D)}`;
  const hour = found.HH ?? found.H;
  const clock =
    hour === undefined
      ? timeOfDay.length === 5
        ? `${timeOfDay}:00`
        : timeOfDay
      : `${two(hourOf(hour, found.A))}:${two(found.mm)}:${two(found.ss)}.${found.SSS ?? "0"}`;
  const wall = parseTime(`${date}T${clock}Z`);
  if (wall === undefined) return undefined;
  const offset = found.Z === undefined ? zone(wall) : (offsetOf(found.Z) ?? 0);
  return formatTime(wall - offset);
}

/** 12 AM is midnight, 12 PM noon; an hour that no such clock shows stays wrong and is refused. */
function hourOf(hour: string, half: string | undefined): string {
  if (half === undefined) return hour;
  const number = Number(hour);
  if (number < 1 || number > 12) return "99";
  return String((number % 12) + (half.toUpperCase() === "PM" ? 12 : 0));
}
