import { FAILURE_CODES, type FailureCode, LIMITS } from "@bincard/contracts";
import formats from "ajv-formats";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { at, isObject } from "./json.ts";
import { DOCUMENT, type Documented, operationAt } from "./the-document.ts";

/** An answer as it came. */
export interface Answered {
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const ajv = new Ajv2020({ strict: false, allErrors: false });
formats.default(ajv);
ajv.addSchema(DOCUMENT as Record<string, unknown>, "document");
const compiled = new Map<string, ValidateFunction>();

/** What of a value is not as the schema at this place of the document has it; `undefined` when all is. */
function unlike(value: unknown, pointer: string): string | undefined {
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${encodeURI(pointer)}` });
  compiled.set(pointer, validate);
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  return `${first?.instancePath ?? ""} ${first?.message ?? "does not conform"} (${pointer})`;
}

/** Every way in which an answer is not what the document promises; empty when it is. */
export function complaints(answered: Answered): string[] {
  const { status, headers, url, method } = answered;
  const found: string[] = [];
  if (status >= 500) found.push(`status ${status}`);
  const unlikeHeaders = complaintsOfHeaders(answered);
  found.push(...unlikeHeaders);
  if (method === "HEAD" || status === 204 || status === 304) return found;
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) return found.concat(complaintsOfEvents(answered));
  const known = operationAt(method, url.pathname);
  if (!type.startsWith("application/json")) {
    // A stream of JSON lines is what trpc-accept asks for; the reference and health are no JSON.
    const isPlain = known !== undefined && !isDoor(url.pathname);
    return isPlain || type.startsWith("application/jsonl") ? found : [...found, `type ${type}`];
  }
  return found.concat(complaintsOfJson(answered, known));
}

function isDoor(path: string): boolean {
  return path.startsWith("/trpc/") || path.startsWith("/v2/");
}

function complaintsOfHeaders({ status, headers, url }: Answered): string[] {
  const found: string[] = [];
  if (!/^[\w.:-]{1,64}$/.test(headers.get("x-request-id") ?? "")) found.push("no X-Request-Id");
  if (headers.get("x-content-type-options") !== "nosniff") found.push("no nosniff");
  if (status === 429 || status === 503) {
    const wait = headers.get("retry-after") ?? "";
    if (!/^[1-9]\d*$/.test(wait)) found.push(`Retry-After "${wait}"`);
  }
  if (status === 405 && !isTrpc(url) && headers.get("allow") === null)
    found.push("405 without Allow");
  if (url.pathname.startsWith("/v2/")) {
    const version = headers.get("square-version") ?? "";
    if (!/^\d{4}-\d\d-\d\d$/.test(version)) found.push(`Square-Version "${version}"`);
  }
  return found;
}

const isTrpc = (url: URL) => url.pathname.startsWith("/trpc/");

function isJsonLines(text: string): boolean {
  try {
    for (const line of text.trimEnd().split("\n")) JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function complaintsOfJson(answered: Answered, known: Documented | undefined): string[] {
  const { status, url, text } = answered;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A batch that asks for a stream by trpc-accept is answered in lines of JSON, under the type of JSON.
    const isStream = isTrpc(url) && url.searchParams.has("batch") && isJsonLines(text);
    return isStream ? [] : ["the answer is not JSON"];
  }
  if (isTrpc(url) && Array.isArray(value)) return complaintsOfBatch(value, url);
  if (known !== undefined && status === 200) return complaintsOfAnswer(value, { answered, known });
  if (status < 400) return [`status ${status} where nothing is documented`];
  return complaintsOfRefusal(value, { status, url, known });
}

function complaintsOfAnswer(
  value: unknown,
  { answered, known }: { answered: Answered; known: Documented },
): string[] {
  const pointer = `${known.pointer}/responses/200/content/application~1json/schema`;
  const version = answered.headers.get("square-version");
  const dialect = version !== null && version < "2026-07-15" ? "A" : "B";
  const schema = at(known.operation, "responses", "200", "content", "application/json", "schema");
  const hasDialects = isObject(at(schema, "x-dialects"));
  const wrong = unlike(value, hasDialects ? `${pointer}/x-dialects/${dialect}` : pointer);
  return wrong === undefined ? [] : [wrong];
}

function complaintsOfRefusal(
  value: unknown,
  { status, url, known }: { status: number; url: URL; known: Documented | undefined },
): string[] {
  if (!isDoor(url.pathname)) {
    const wrong = unlike(value, "/components/schemas/PlainRefusal");
    return wrong === undefined ? [] : [wrong];
  }
  const door = isTrpc(url) ? "Trpc" : "Square";
  const named = known === undefined ? undefined : at(known.operation, "responses", String(status));
  // Another method, or a path that is none, is no operation and has the door's own refusals.
  if (known !== undefined && named === undefined)
    return [`status ${status} is not documented here`];
  const place = `/components/responses/${door}Refusal${status}`;
  const wrong = unlike(value, `${place}/content/application~1json/schema`);
  if (wrong !== undefined) return [wrong];
  return door === "Trpc" ? complaintsOfFailures(value) : complaintsOfErrors(value);
}

/** The codes that say what is wrong with one field, and so name it. */
const OF_A_FIELD: ReadonlySet<string> = new Set<FailureCode>([
  "UNKNOWN_FIELD",
  "MISSING_FIELD",
  "UNKNOWN_VALUE",
  "TOO_SHORT",
  "TOO_LONG",
  "TOO_FEW",
  "TOO_MANY",
  "TOO_LOW",
  "TOO_HIGH",
  "INVALID_QUANTITY",
  "INVALID_TIME",
  "INVALID_TIME_RANGE",
  "INVALID_CURSOR",
  "CONFLICTING_FIELDS",
  "FORBIDDEN_TRANSITION",
  "SAME_LOCATION",
  "NOT_FOUND",
  "NOT_COUNTABLE",
  "ALREADY_EXISTS",
  "VERSION_MISMATCH",
  "COUNT_OUT_OF_RANGE",
]);
const PRECEDENCE: ReadonlyMap<unknown, number> = new Map(
  FAILURE_CODES.map((code, place) => [code, place]),
);

function complaintsOfFailures(value: unknown): string[] {
  const failures = at(value, "error", "data", "failures");
  if (!Array.isArray(failures)) return ["no failures"];
  const found: string[] = [];
  if (failures.length > LIMITS.failuresPerRefusal) found.push(`${failures.length} failures`);
  for (const failure of failures) {
    const code = String(at(failure, "code"));
    if (OF_A_FIELD.has(code) && at(failure, "path", 0) === undefined)
      found.push(`${code} without a path`);
  }
  const places = failures.map((failure) => PRECEDENCE.get(at(failure, "code")) ?? -1);
  if (places.some((place, index) => place < (places[index - 1] ?? 0)))
    found.push("failures out of precedence");
  return found;
}

/** Square's codes that always stand for one field of the request. */
const SQUARE_OF_A_FIELD: ReadonlySet<string> = new Set([
  "UNKNOWN_BODY_PARAMETER",
  "UNKNOWN_QUERY_PARAMETER",
  "MISSING_REQUIRED_PARAMETER",
  "INVALID_ENUM_VALUE",
  "EXPECTED_STRING",
  "EXPECTED_INTEGER",
  "EXPECTED_BOOLEAN",
  "EXPECTED_ARRAY",
  "EXPECTED_OBJECT",
  "VALUE_TOO_SHORT",
  "VALUE_TOO_LONG",
  "VALUE_TOO_LOW",
  "VALUE_TOO_HIGH",
  "ARRAY_EMPTY",
  "ARRAY_LENGTH_TOO_LONG",
  "INVALID_TIME",
  "INVALID_TIME_RANGE",
  "INVALID_CURSOR",
  "CONFLICTING_PARAMETERS",
]);

function complaintsOfErrors(value: unknown): string[] {
  const errors = at(value, "errors");
  if (!Array.isArray(errors)) return ["no errors"];
  return errors.flatMap((error) => {
    const code = String(at(error, "code"));
    const isNamed = at(error, "field") !== undefined;
    return SQUARE_OF_A_FIELD.has(code) && !isNamed ? [`${code} without a field`] : [];
  });
}

/** Each entry is what its call would have answered alone. */
function complaintsOfBatch(entries: readonly unknown[], url: URL): string[] {
  const names = url.pathname.slice("/trpc/".length).split(",").map(decoded);
  return entries.flatMap((entry, index) => {
    const path = `/trpc/${names[index] ?? ""}`;
    if (isObject(at(entry, "error"))) {
      const status = Number(at(entry, "error", "data", "httpStatus"));
      if (status >= 500) return [`status ${status} in a batch`];
      return complaintsOfRefusal(entry, { status, url, known: undefined });
    }
    const known = operationAt("GET", path) ?? operationAt("POST", path);
    if (known === undefined) return [`a result for ${path}, which is not documented`];
    const wrong = unlike(entry, `${known.pointer}/responses/200/content/application~1json/schema`);
    return wrong === undefined ? [] : [wrong];
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The data of the events that came, each a page as the document has it. */
function complaintsOfEvents({ method, url, text }: Answered): string[] {
  const known = operationAt(method, url.pathname);
  if (known === undefined) return ["events from where none are documented"];
  const pointer = `${known.pointer}/responses/200/content/text~1event-stream/x-event-data`;
  return text.split(/\n\n/).flatMap((event) => {
    const kind = /^event: ([^\n]*)/m.exec(event)?.[1];
    // The dot would end at U+2028, which is no end of a line here.
    const data = /^data: ([^\n]*)/m.exec(event)?.[1];
    if (kind !== undefined || data === undefined || data === "") return [];
    const wrong = unlike(JSON.parse(data), pointer);
    return wrong === undefined ? [] : [wrong];
  });
}
