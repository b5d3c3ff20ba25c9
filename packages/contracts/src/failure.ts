import type * as z from "zod";
import { LIMITS } from "./limits.ts";

/**
 * The closed vocabulary of refusals, in order of precedence: a request that is wrong in several
 * ways is refused with the first. Each door renders every code (L13): a new one does not compile
 * until it does.
 */
export const FAILURE_CODES = [
  // Who is asking
  "UNAUTHENTICATED",
  "TOKEN_EXPIRED",
  "TOKEN_REVOKED",
  "RATE_LIMITED",
  // The request as a message
  "UNKNOWN_OPERATION",
  "METHOD_NOT_ALLOWED",
  "INSUFFICIENT_SCOPE",
  "UNSUPPORTED_MEDIA_TYPE",
  "BODY_TOO_LARGE",
  "MALFORMED_JSON",
  // The request as data
  "UNKNOWN_FIELD",
  "MISSING_FIELD",
  "WRONG_TYPE",
  "UNKNOWN_VALUE",
  "INVALID_VALUE",
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
  // The request against what is stored: the idempotency key's answer from then on (L6)
  "IDEMPOTENCY_KEY_REUSED",
  "NOT_FOUND",
  "NOT_COUNTABLE",
  "ALREADY_EXISTS",
  "VERSION_MISMATCH",
  "COUNT_OUT_OF_RANGE",
  // Ours
  "NOT_CONFIGURED",
  "UNAVAILABLE",
  "INTERNAL",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** The kinds of refusal doors and callers act on. */
export type FailureKind =
  | "authentication"
  | "permission"
  | "request"
  | "missing"
  | "conflict"
  | "rate"
  | "unavailable"
  | "internal";

/** What each code is. `retryable`: the same request, with the same key, may succeed later. */
export const FAILURES: Readonly<
  Record<FailureCode, { readonly kind: FailureKind; readonly retryable: boolean }>
> = {
  UNAUTHENTICATED: { kind: "authentication", retryable: false },
  TOKEN_EXPIRED: { kind: "authentication", retryable: false },
  TOKEN_REVOKED: { kind: "authentication", retryable: false },
  RATE_LIMITED: { kind: "rate", retryable: true },
  UNKNOWN_OPERATION: { kind: "missing", retryable: false },
  METHOD_NOT_ALLOWED: { kind: "request", retryable: false },
  INSUFFICIENT_SCOPE: { kind: "permission", retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { kind: "request", retryable: false },
  BODY_TOO_LARGE: { kind: "request", retryable: false },
  MALFORMED_JSON: { kind: "request", retryable: false },
  UNKNOWN_FIELD: { kind: "request", retryable: false },
  MISSING_FIELD: { kind: "request", retryable: false },
  WRONG_TYPE: { kind: "request", retryable: false },
  UNKNOWN_VALUE: { kind: "request", retryable: false },
  INVALID_VALUE: { kind: "request", retryable: false },
  TOO_SHORT: { kind: "request", retryable: false },
  TOO_LONG: { kind: "request", retryable: false },
  TOO_FEW: { kind: "request", retryable: false },
  TOO_MANY: { kind: "request", retryable: false },
  TOO_LOW: { kind: "request", retryable: false },
  TOO_HIGH: { kind: "request", retryable: false },
  INVALID_QUANTITY: { kind: "request", retryable: false },
  INVALID_TIME: { kind: "request", retryable: false },
  INVALID_TIME_RANGE: { kind: "request", retryable: false },
  INVALID_CURSOR: { kind: "request", retryable: false },
  CONFLICTING_FIELDS: { kind: "request", retryable: false },
  FORBIDDEN_TRANSITION: { kind: "request", retryable: false },
  SAME_LOCATION: { kind: "request", retryable: false },
  IDEMPOTENCY_KEY_REUSED: { kind: "conflict", retryable: false },
  NOT_FOUND: { kind: "missing", retryable: false },
  NOT_COUNTABLE: { kind: "conflict", retryable: false },
  ALREADY_EXISTS: { kind: "conflict", retryable: false },
  VERSION_MISMATCH: { kind: "conflict", retryable: false },
  COUNT_OUT_OF_RANGE: { kind: "conflict", retryable: false },
  NOT_CONFIGURED: { kind: "conflict", retryable: false },
  UNAVAILABLE: { kind: "unavailable", retryable: true },
  INTERNAL: { kind: "internal", retryable: true },
};

/** Where in the request, in the contract's words: `["changes", 2, "quantity"]`. */
export type Path = readonly (string | number)[];

export interface Failure {
  readonly code: FailureCode;
  /** One sentence: what was wrong and what is permitted. */
  readonly message: string;
  /** Empty when the fault is not in one field. */
  readonly path: Path;
  /**
   * NOT_FOUND, NOT_COUNTABLE, ALREADY_EXISTS, VERSION_MISMATCH: what it was about. INVALID_CURSOR of the feed: the
   * change that should come next, where it is archived.
   */
  readonly subject?: { readonly kind: SubjectKind; readonly id: string };
  /** RATE_LIMITED, UNAVAILABLE: seconds to wait before trying again. */
  readonly retryAfterSeconds?: number;
}
export type SubjectKind =
  | "catalog object"
  | "location"
  | "change"
  | "merchant"
  | "token"
  | "application"
  | "webhook subscription"
  | "webhook delivery";

/**
 * Thrown by every operation that is refused. Carries at least one failure; the first decides the
 * status.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly failures: readonly [Failure, ...Failure[]];

  constructor(first: Failure, ...rest: readonly Failure[]) {
    super(`${first.code}: ${describe(first)}`);
    this.failures = [first, ...rest];
  }

  get code(): FailureCode {
    return this.failures[0].code;
  }
}

/** `changes[2].quantity`; a field may have no name at all, and is `[""]` then. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (step === "") return `${text}[""]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Path and message in one sentence. */
export function describe(failure: Failure): string {
  return failure.path.length === 0
    ? failure.message
    : `${formatPath(failure.path)}: ${failure.message}`;
}

export function refuse(
  code: FailureCode,
  message: string,
  rest: Omit<Partial<Failure>, "code" | "message"> = {},
): Refusal {
  return new Refusal({ path: [], ...rest, code, message });
}

/** What callers get for a fault of ours, at every door: nothing of the fault itself. */
export function ourFault(): Refusal {
  return refuse("INTERNAL", "Bincard failed to answer this request; its log says why");
}

/** Lower goes first. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  FAILURE_CODES.map((code, place) => [code, place]),
);
const precedence = ({ code }: Failure): number => PRECEDENCE.get(code) ?? 0;

function isFailureCode(value: unknown): value is FailureCode {
  return FAILURE_CODES.some((code) => code === value);
}

type Issue = z.core.$ZodIssue;

function tooSmall(issue: z.core.$ZodIssueTooSmall): [FailureCode, string] {
  const { origin, minimum, inclusive } = issue;
  if (origin === "string") return ["TOO_SHORT", `must have at least ${minimum} characters`];
  if (origin === "array") return ["TOO_FEW", `must have at least ${minimum} entries`];
  return ["TOO_LOW", `must be ${inclusive === false ? "above" : "at least"} ${minimum}`];
}

function tooBig(issue: z.core.$ZodIssueTooBig): [FailureCode, string] {
  const { origin, maximum, inclusive } = issue;
  if (origin === "string") return ["TOO_LONG", `must have at most ${maximum} characters`];
  if (origin === "array") return ["TOO_MANY", `must have at most ${maximum} entries`];
  return ["TOO_HIGH", `must be ${inclusive === false ? "below" : "at most"} ${maximum}`];
}

/**
 * zod tells of each bound that a number misses; the narrowest says it all, and the others would mislead: that an
 * integer must be a safe one is no news to whoever sends 1e99 where 1000 is the most.
 */
function narrowest(issues: readonly Issue[]): readonly Issue[] {
  const kept: Issue[] = [];
  for (const issue of issues) {
    // What one value misses is told in one go.
    const before = kept.at(-1);
    if (before === undefined || !isSameMiss(before, issue)) kept.push(issue);
    else if (isNarrower(issue, before)) kept[kept.length - 1] = issue;
  }
  return kept;
}

function isSameMiss(one: Issue, other: Issue): boolean {
  if (one.code !== "too_big" && one.code !== "too_small") return false;
  if (one.code !== other.code || one.path.length !== other.path.length) return false;
  return one.path.every((step, at) => step === other.path[at]);
}

function isNarrower(issue: Issue, than: Issue): boolean {
  if (issue.code === "too_big" && than.code === "too_big")
    return (
      issue.maximum < than.maximum || (issue.maximum === than.maximum && issue.inclusive === false)
    );
  if (issue.code === "too_small" && than.code === "too_small")
    return (
      issue.minimum > than.minimum || (issue.minimum === than.minimum && issue.inclusive === false)
    );
  return false;
}

function unionFailure(issue: z.core.$ZodIssueInvalidUnion): [FailureCode, string] {
  if (issue.discriminator === undefined || !("options" in issue))
    return ["INVALID_VALUE", "matches none of the permitted forms"];
  const permitted = issue.options?.join(", ") ?? "";
  const given: unknown = Object(issue.input)[issue.discriminator];
  return given === undefined
    ? ["MISSING_FIELD", `is missing: permitted are ${permitted}`]
    : ["UNKNOWN_VALUE", `must be one of ${permitted}`];
}

function keyFailure({ issues }: z.core.$ZodIssueInvalidKey): [FailureCode, string] {
  const [inner] = issues;
  if (inner === undefined) return ["INVALID_VALUE", "is not a permitted name"];
  const [code, message] = codeOf(inner);
  return [code, `as the name of a field ${message}`];
}

function codeOf(issue: Issue): [FailureCode, string] {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? ["MISSING_FIELD", `is missing: expected ${issue.expected}`]
        : ["WRONG_TYPE", `must be ${withArticle(issue.expected)}`];
    case "invalid_value":
      return issue.input === undefined
        ? ["MISSING_FIELD", `is missing: permitted are ${issue.values.join(", ")}`]
        : ["UNKNOWN_VALUE", `must be one of ${issue.values.join(", ")}`];
    case "invalid_union":
      return unionFailure(issue);
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "invalid_key":
      return keyFailure(issue);
    case "unrecognized_keys":
      return ["UNKNOWN_FIELD", "is not a field of this request"];
    case "custom": {
      const named: unknown = issue.params?.["failure"];
      return [isFailureCode(named) ? named : "INVALID_VALUE", issue.message];
    }
    default:
      return ["INVALID_VALUE", issue.message];
  }
}

function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

const PATH_STEP = (step: PropertyKey): string | number =>
  typeof step === "number" ? step : String(step);

/**
 * Failures as one refusal lists them: sorted by precedence, then by place, and at most
 * `LIMITS.failuresPerRefusal` of them, for a body can hold a million faults.
 */
export function inPrecedence(found: readonly Failure[]): Failure[] {
  return found
    .toSorted((a, b) => precedence(a) - precedence(b))
    .slice(0, LIMITS.failuresPerRefusal);
}

/** What a zod parse found, in our vocabulary and in precedence. */
export function failuresOf(error: z.core.$ZodError): readonly [Failure, ...Failure[]] {
  const found = narrowest(error.issues).flatMap((issue): Failure[] => {
    const [code, message] = codeOf(issue);
    const path = issue.path.map(PATH_STEP);
    if (issue.code !== "unrecognized_keys") return [{ code, message, path }];
    const names = issue.keys.slice(0, LIMITS.failuresPerRefusal);
    return names.map((name) => ({ code, message, path: [...path, name] }));
  });
  const [first, ...rest] = inPrecedence(found);
  return [first ?? { code: "INVALID_VALUE", message: "is not valid", path: [] }, ...rest];
}

type PlainRead<Schema extends z.ZodType> = (given: unknown) => z.output<Schema> | undefined;

const plainReads = new WeakMap<z.ZodType, (given: unknown) => unknown>();

/**
 * Gives a schema a quicker way to read what is plainly right. It answers exactly what the schema would, or
 * undefined to leave the judgement to it.
 */
export function readPlainly<Schema extends z.ZodType>(
  schema: Schema,
  read: PlainRead<Schema>,
): Schema {
  plainReads.set(schema, read);
  return schema;
}

/** Parses or throws a Refusal that names every fault with its path. */
export function parseOrRefuse<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const plain = (plainReads.get(schema) as PlainRead<Schema> | undefined)?.(given);
  if (plain !== undefined) return plain;
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refusal(...failuresOf(parsed.error));
}
