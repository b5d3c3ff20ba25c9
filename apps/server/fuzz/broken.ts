import fc from "fast-check";
import { asJson, type Json } from "./json.ts";

/** One fault put into a value: where (counted through all places of it), and which. */
interface Fault {
  readonly place: number;
  readonly kind: "replace" | "remove" | "add" | "wrap" | "repeat";
  readonly name: string;
  readonly junk: Json;
}

const nested = (depth: number): Json => {
  let value: Json = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
};

const ODD_QUANTITIES = [
  "-1",
  "+5",
  "-0",
  "0.000001",
  "1e5",
  "Infinity",
  "NaN",
  "0x10",
  "1,5",
  " 1",
  "1.",
  ".5",
  "００１",
  "99999999999999999999.99999",
  "999999999999999999999999999",
];
const ODD_TIMES = [
  "0001-01-01T00:00:00Z",
  "0000-12-31T23:59:59Z",
  "9999-12-31T23:59:59.999999999Z",
  "9999-12-31T23:59:59-23:59",
  "0001-01-01T00:00:00+23:59",
  "2026-02-29T00:00:00Z",
  "2024-02-29T00:00:00Z",
  "2026-11-22T24:00:00Z",
  "2026-11-22T23:59:60Z",
  "2026-11-22 09:30:00Z",
  "2026-11-22T09:30:00",
  "1900-01-01T00:00:00Z",
  "1899-12-31T23:59:59.999999Z",
  "294276-12-31T23:59:59Z",
  "-infinity",
];
const ODD_CURSORS = [
  "AAAA",
  "eyJ2IjoxfQ",
  "../../etc/passwd",
  "MQ==",
  "%00",
  "x".repeat(1_024),
  "x".repeat(1_025),
];
const ODD_TEXTS = [
  "",
  "\0",
  "a\0b",
  "\uD800",
  "x\uDC00y",
  "\u0001\u001f\u007f",
  "\u202e\u200b\ufeff",
  "'; drop table changes; --",
  "${7*7}{{7*7}}",
  "__proto__",
  "constructor",
  "#",
  "null",
  "x".repeat(129),
  "x".repeat(5_000),
  "\u{1F375}".repeat(200),
  ...ODD_QUANTITIES,
  ...ODD_TIMES,
  ...ODD_CURSORS,
];
const ODD_NUMBERS = [
  0,
  -1,
  1.5,
  1e21,
  1e308,
  -1e308,
  2 ** 53,
  -(2 ** 53),
  5e-324,
  1_001,
  2_147_483_648,
];

const junk: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Json>(...ODD_TEXTS) },
  { weight: 4, arbitrary: fc.constantFrom<Json>(...ODD_NUMBERS) },
  { weight: 4, arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [null], [[]]) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(20, 33, 60, 400).map(nested) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }).map(asJson) },
);

const fault: fc.Arbitrary<Fault> = fc.record({
  place: fc.nat({ max: 10_000 }),
  kind: fc.constantFrom("replace", "replace", "replace", "remove", "add", "wrap", "repeat"),
  name: fc.constantFrom(
    "extra",
    "__proto__",
    "constructor",
    "toString",
    "",
    "idempotency key",
    "id",
  ),
  junk,
});

/** Something of the kind with one to three faults in it. */
export function broken(sound: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(sound, fc.array(fault, { minLength: 1, maxLength: 3 }))
    .map(([value, faults]) => faults.reduce(withFault, value));
}

/** How many places a value has: itself, and those of all it holds. */
function placesIn(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Object.values(value).reduce<number>((sum, inside) => sum + placesIn(inside), 0);
}

function withFault(value: Json, found: Fault): Json {
  return change(value, { ...found, place: found.place % placesIn(value) });
}

/** The value with the fault at its place; places are counted from the value itself, depth first. */
function change(value: Json, found: Fault): Json {
  if (found.place === 0) return faulty(value, found);
  if (typeof value !== "object" || value === null) return value;
  let place = found.place - 1;
  const entries: (readonly [string, Json])[] = [];
  for (const [name, inside] of Object.entries(value)) {
    const places = placesIn(inside);
    const here = place >= 0 && place < places;
    const isRemoved = here && place === 0 && found.kind === "remove";
    if (!isRemoved) entries.push([name, here ? change(inside, { ...found, place }) : inside]);
    place -= places;
  }
  return Array.isArray(value) ? entries.map(([, inside]) => inside) : objectFrom(entries);
}

function faulty(value: Json, { kind, name, junk: odd }: Fault): Json {
  switch (kind) {
    case "replace":
    case "remove":
      return odd;
    case "wrap":
      return [value];
    case "repeat":
      return Array.isArray(value) ? repeated(value) : [value, value];
    case "add": {
      if (typeof value !== "object" || value === null) return odd;
      if (Array.isArray(value)) return [...value, odd];
      return objectFrom([...Object.entries(value), [name, odd]]);
    }
  }
}

/** One more than any of the smaller limits allows. */
function repeated(list: readonly Json[]): Json[] {
  const [first = "x"] = list;
  return Array.from({ length: 101 }, () => first);
}

/** As JSON.parse makes it: a field may have any name. */
function objectFrom(entries: readonly (readonly [string, Json])[]): Json {
  const made: { [name: string]: Json } = {};
  for (const [name, value] of entries)
    Object.defineProperty(made, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return made;
}

/** What is done to the text of a body. */
export const TEXT_FAULTS = [
  "cut",
  "behind",
  "twice",
  "mark",
  "nul",
  "not-utf8",
  "bare",
  "comma",
  "nan",
  "abyss",
  "spaces",
  "empty",
  "huge-number",
  "proto",
] as const;
export type TextFault = (typeof TEXT_FAULTS)[number];

const encoder = new TextEncoder();

/** A body's bytes with a fault that no JSON value has. `where` says where, as far as there is a choice. */
export function faultyBytes(text: string, { fault, where }: { fault: TextFault; where: number }) {
  const cut = text.length === 0 ? 0 : where % text.length;
  switch (fault) {
    case "cut":
      return encoder.encode(text.slice(0, cut));
    case "behind":
      return encoder.encode(`${text}}`);
    case "twice":
      return encoder.encode(text.replace("{", '{"changes":7,"idempotencyKey":"a","id":1,'));
    case "mark":
      return encoder.encode(`\uFEFF${text}`);
    case "nul":
      return encoder.encode(`${text.slice(0, cut)}\0${text.slice(cut)}`);
    case "not-utf8":
      return Uint8Array.of(
        ...encoder.encode(text.slice(0, Math.min(cut, 1_000))),
        0xc3,
        0x28,
        0xff,
      );
    case "bare":
      return encoder.encode(text.replaceAll('"', "'"));
    case "comma":
      return encoder.encode(text.replace(/}$/, ",}"));
    case "nan":
      return encoder.encode(text.replace(/:/, ":NaN,"));
    case "abyss":
      return encoder.encode("[".repeat(20_000) + text + "]".repeat(20_000));
    case "spaces":
      return encoder.encode(`${" ".repeat(50_000)}${text}`);
    case "empty":
      return new Uint8Array();
    case "huge-number":
      return encoder.encode(text.replace(/:/, `:${"9".repeat(2_000)},"n":`));
    case "proto":
      return encoder.encode(text.replaceAll("{", '{"__proto__":{"polluted":true},'));
  }
}
