import fc from "fast-check";
import { broken, faultyBytes, TEXT_FAULTS, type TextFault } from "./broken.ts";
import { fromSchema } from "./from-schema.ts";
import { at, isObject, type Json } from "./json.ts";
import { type Documented, OPERATIONS, resolved } from "./the-document.ts";
import { filledIn, type Memory } from "./words.ts";

/** Whose token a request carries. */
export const ASKERS = [
  "all",
  "reader",
  "neighbour",
  "revoked",
  "unknown",
  "garbled",
  "nobody",
] as const;
export type Asker = (typeof ASKERS)[number];

/** A request as it is made up: it prints, and with the same server it can be made again. */
export interface Made {
  /** The operation it was made from. */
  readonly operation: string;
  /** Whether nothing was broken on purpose. */
  readonly sound: boolean;
  readonly method: string;
  /** With its parameters filled in. */
  readonly path: string;
  readonly query: readonly (readonly [string, Json])[];
  readonly headers: readonly (readonly [string, string])[];
  readonly asker: Asker;
  readonly body?: Json;
  readonly text?: { readonly fault: TextFault; readonly where: number };
}

const ODD_PATHS = [
  "",
  "%00",
  "%2F",
  "%2e%2e",
  "%zz",
  "%E0%A4%A",
  "%C0%AF",
  "a%2Fb",
  "\u6f22",
  "%F0%9F%8D%B5",
  "x".repeat(101),
  "x".repeat(3_000),
  "__proto__",
  "constructor",
  "..",
  "changes",
  ";a=b",
  "%252F",
  "'%20or%201=1",
  "%ED%A0%80",
];
const ODD_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"];
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ["Content-Type", "text/plain"],
  ["Content-Type", "application/xml"],
  ["Content-Type", "multipart/form-data; boundary=x"],
  ["Content-Type", "application/x-www-form-urlencoded"],
  ["Content-Type", "application/octet-stream"],
  ["Content-Type", "application/json; charset=utf-16"],
  ["Content-Type", "application/vnd.api+json"],
  ["Content-Type", "json"],
  ["Content-Type", ""],
  ["Content-Encoding", "gzip"],
  ["Square-Version", "yesterday"],
  ["Square-Version", "2026-02-30"],
  ["Square-Version", "0001-01-01"],
  ["Square-Version", "9999-12-31"],
  ["Square-Version", ""],
  ["X-Request-Id", "x".repeat(65)],
  ["X-Request-Id", "trial-1"],
  ["X-Request-Id", "<script>"],
  ["Accept", "text/event-stream"],
  ["Accept", "application/xml"],
  ["trpc-accept", "application/jsonl"],
  ["trpc-batch-mode", "stream"],
  ["X-HTTP-Method-Override", "DELETE"],
  ["Content-Length", "-1"],
  ["Content-Length", "99999999999"],
  ["Transfer-Encoding", "chunked"],
  ["Expect", "100-continue"],
  ["Origin", "https://evil.example"],
  ["Cookie", "a=b; token=c"],
  ["Range", "bytes=0-1"],
  ["If-None-Match", "*"],
  ["X-Forwarded-For", "127.0.0.1, ::1"],
  ["Forwarded", "for=127.0.0.1"],
  ["Host", "evil.example"],
  ["Last-Event-Id", "AAAA"],
];
const ODD_QUERIES: readonly (readonly [string, Json])[] = [
  ["batch", "1"],
  ["batch", "0"],
  ["input", "{"],
  ["input", "7"],
  ["input", "null"],
  ["input", '{"0":{},"1":null}'],
  ["input", '{"__proto__":{"limit":1}}'],
  ["connectionParams", "7"],
  ["connectionParams", '{"a":"b"}'],
  ["lastEventId", "AAAA"],
  ["cursor", ""],
  ["cursor", "\0"],
  ["cursor", "x".repeat(2_000)],
  ["location_ids", ",,,"],
  ["location_ids", "a,".repeat(1_500)],
  ["types", "ITEM,NOTHING"],
  ["include_related_objects", "maybe"],
  ["catalog_version", "1"],
  ["limit", "5"],
  ["__proto__", "x"],
  ["a[b][]", "c"],
  ["", ""],
  ["\uD800", "\uD800"],
];

/** One of the faults a request can have around its body. */
interface OddEnvelope {
  readonly method?: string;
  readonly segment?: string;
  readonly header?: readonly [string, string];
  readonly query?: readonly [string, Json];
}
const oddEnvelope: fc.Arbitrary<OddEnvelope> = fc.oneof(
  fc.constantFrom(...ODD_METHODS).map((method) => ({ method })),
  fc.constantFrom(...ODD_PATHS).map((segment) => ({ segment })),
  fc.constantFrom(...ODD_HEADERS).map((header) => ({ header })),
  fc.constantFrom(...ODD_QUERIES).map((query) => ({ query })),
);

interface Soundly {
  readonly parameters: readonly {
    readonly in: string;
    readonly name: string;
    readonly value: Json;
  }[];
  readonly body: Json | undefined;
}

const JSON_TYPE = "application/json";

/** What the document says an operation takes, as values that it permits. */
function sound({ operation, method, path, pointer }: Documented): fc.Arbitrary<Soundly> {
  const asked = `${method} ${path}`;
  const named = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
  const parameters = named.map((given: unknown, index) => {
    const { value: parameter } = resolved(`${pointer}/parameters/${index}`);
    const name = String(at(parameter, "name"));
    const where = String(at(parameter, "in"));
    const schema =
      at(parameter, "schema") ?? at(parameter, "content", JSON_TYPE, "schema") ?? given;
    const values = isObject(at(schema, "not"))
      ? fc.constant(undefined)
      : fromSchema(schema, { operation: asked, field: name }).map((value) => ({
          in: where,
          name,
          value: name === "Square-Version" ? versionFor(value) : value,
        }));
    const isNeeded = at(parameter, "required") === true;
    return isNeeded ? values : fc.option(values, { nil: undefined, freq: 2 });
  });
  const schema = at(operation, "requestBody", "content", JSON_TYPE, "schema");
  const body: fc.Arbitrary<Json | undefined> =
    schema === undefined
      ? fc.constant(undefined)
      : fromSchema(schema, { operation: asked, field: "body" });
  return fc.record({
    parameters: fc
      .tuple(...parameters)
      .map((values) => values.flatMap((value) => (value === undefined ? [] : [value]))),
    body,
  });
}

/** Around an id in a path, until it is filled in: an invisible character that no request has there by itself. */
const MARKED = /\u2063([^\u2063]*)\u2063/g;

const written = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));

/** Both dialects come up equally often. */
function versionFor(value: Json): string {
  return written(value).length % 2 === 0 ? "2026-05-20" : "2026-09-16";
}

/** A request of one operation, as the document describes it or broken in one of many ways. */
function requestOf(known: Documented): fc.Arbitrary<Made> {
  const soundly = sound(known);
  const base = soundly.map((given) => assembled(known, given, { sound: true }));
  const brokenBody = fc
    .tuple(soundly, broken(soundly.map(({ body }) => body ?? {})))
    .map(([given, body]) => assembled(known, { ...given, body }, { sound: false }));
  const brokenParameters = fc
    .tuple(soundly, broken(soundly.map((given) => given.parameters.map((p) => p.value))))
    .map(([given, odd]) => {
      const values = Array.isArray(odd) ? odd : [odd];
      const parameters = given.parameters.map((parameter, index) => ({
        ...parameter,
        value: values[index] ?? null,
      }));
      return assembled(known, { ...given, parameters }, { sound: false });
    });
  const brokenText = fc
    .tuple(base, fc.constantFrom(...TEXT_FAULTS), fc.nat({ max: 5_000 }))
    .map(([made, fault, where]): Made => ({ ...made, sound: false, text: { fault, where } }));
  const brokenEnvelope = fc
    .tuple(base, fc.array(oddEnvelope, { minLength: 1, maxLength: 2 }))
    .map(([made, odd]) => odd.reduce(withOddEnvelope, { ...made, sound: false }));
  const askers = fc.oneof(
    { weight: 20, arbitrary: fc.constant<Asker>("all") },
    { weight: 1, arbitrary: fc.constantFrom(...ASKERS) },
  );
  const hasBody = known.operation["requestBody"] !== undefined;
  const made = hasBody
    ? fc.oneof(
        { weight: 9, arbitrary: base },
        { weight: 7, arbitrary: brokenBody },
        { weight: 2, arbitrary: brokenText },
        { weight: 3, arbitrary: brokenEnvelope },
      )
    : fc.oneof(
        { weight: 3, arbitrary: base },
        { weight: 2, arbitrary: brokenParameters },
        { weight: 2, arbitrary: brokenEnvelope },
      );
  return fc.tuple(made, askers).map(([request, asker]) => ({ ...request, asker }));
}

function assembled(
  { path, method }: Documented,
  { parameters, body }: Soundly,
  { sound: isSound }: { sound: boolean },
): Made {
  const inPlace = (where: string) => parameters.filter((given) => given.in === where);
  const filled = inPlace("path").reduce(
    (text, { name, value }) => text.replace(`{${name}}`, `\u2063${written(value)}\u2063`),
    path,
  );
  return {
    operation: `${method} ${path}`,
    sound: isSound,
    method: method.toUpperCase(),
    path: filled,
    query: inPlace("query").map(({ name, value }) => [name, value] as const),
    headers: inPlace("header").map(({ name, value }) => [name, written(value)] as const),
    asker: "all",
    ...(body === undefined ? {} : { body }),
  };
}

function withOddEnvelope(made: Made, odd: OddEnvelope): Made {
  return {
    ...made,
    method: odd.method ?? made.method,
    path: odd.segment === undefined ? made.path : replacedSegment(made.path, odd.segment),
    headers: odd.header === undefined ? made.headers : [...made.headers, odd.header],
    query: odd.query === undefined ? made.query : [...made.query, odd.query],
  };
}

function replacedSegment(path: string, segment: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1) + segment;
}

/** How often an operation is asked for, against 10 for most. */
function weightOf({ path, operation }: Documented): number {
  if (path.endsWith("changes.create") || path.includes("batch-create")) return 40;
  if (path.endsWith("ledger.verify") || path.endsWith("feed.checksum")) return 1;
  if (operation["x-kind"] === "subscription") return 1;
  return path.startsWith("/trpc") || path.startsWith("/v2") ? 10 : 1;
}

/** Any request at all, made from the document. */
export const anyRequest: fc.Arbitrary<Made> = fc.oneof(
  ...OPERATIONS.map((known) => ({ weight: weightOf(known), arbitrary: requestOf(known) })),
);

/** The request on the wire; `undefined` when it is none that this runtime would send. */
export function asRequest(
  made: Made,
  { memory, tokens }: { memory: Memory; tokens: Readonly<Record<Asker, string | undefined>> },
): Request | undefined {
  const text = (value: Json) =>
    filledIn(typeof value === "string" ? value : JSON.stringify(value), memory);
  const path = made.path.replaceAll(MARKED, (_, id: string) => segmentOf(text(id)));
  try {
    const url = new URL(`http://bincard.test${path}`);
    for (const [name, value] of made.query)
      url.searchParams.append(
        name,
        typeof value === "string" ? text(value) : filledInJson(value, memory),
      );
    const headers = new Headers();
    const token = tokens[made.asker];
    if (token !== undefined) headers.set("Authorization", token);
    const hasBody = made.body !== undefined && made.method !== "GET" && made.method !== "HEAD";
    if (hasBody) headers.set("Content-Type", JSON_TYPE);
    for (const [name, value] of made.headers) headers.set(name, value);
    const body = hasBody ? bytesOf(made, memory) : null;
    return new Request(url, { method: made.method, headers, body });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Half of a surrogate pair has no percent-encoding. */
function segmentOf(text: string): string {
  return encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/gu, "\uFFFD"));
}

function filledInJson(value: Json, memory: Memory): string {
  return JSON.stringify(value, (_, inside: unknown) =>
    typeof inside === "string" ? filledIn(inside, memory) : inside,
  );
}

function bytesOf({ body = null, text }: Made, memory: Memory): Uint8Array<ArrayBuffer> {
  const json = filledInJson(body, memory);
  return text === undefined
    ? new TextEncoder().encode(json)
    : new Uint8Array(faultyBytes(json, text));
}
