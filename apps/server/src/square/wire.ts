import { type Failure, failuresOf, inPrecedence, type Path, Refusal } from "@bincard/contracts";
import * as z from "zod";
import { type FinerCode, type WireFailure, wireRefusal } from "./failures.ts";

/**
 * The wire schemas say what a request looks like: which fields there are and of which type. What a value may
 * be is the contracts' to say, after translation. Only how long a list may be is said here as well: every list
 * has a bound, so that no body can hold a fault for each of its eight million bytes.
 */

/** Documented by Square, but set by the server or kept by paid plans only: taken and not read. */
export const ignored = z.unknown().optional();
/** Kept as it came: a body is JSON already, and what of it can be kept is the contracts' to say. */
export const json = z.custom<z.core.util.JSONType>();

/** Whole, of whatever size: that one beyond 2^53 is not exact is for the contracts to say, whose bounds are narrower. */
export const integer = z.number().superRefine((given, context) => {
  if (!Number.isInteger(given))
    context.addIssue({ code: "invalid_type", expected: "int", input: given });
});

/** For the document only: the bounds that the contracts will hold this text or number to. */
export function boundedAs<Schema extends z.ZodType>(wire: Schema, contract: z.ZodType): Schema {
  const { $schema: _, default: __, ...bounds } = z.toJSONSchema(contract, { io: "input" });
  return wire.meta(bounds);
}

/** Square names the type it expected where it can. */
const EXPECTED: Readonly<Record<string, FinerCode>> = {
  string: "EXPECTED_STRING",
  number: "EXPECTED_INTEGER",
  int: "EXPECTED_INTEGER",
  boolean: "EXPECTED_BOOLEAN",
  array: "EXPECTED_ARRAY",
  object: "EXPECTED_OBJECT",
};

function failuresOfIssue(issue: z.core.$ZodIssue): readonly WireFailure[] {
  const failures = failuresOf(new z.core.$ZodError([issue]));
  const squareCode = issue.code === "invalid_type" ? EXPECTED[issue.expected] : undefined;
  if (squareCode === undefined) return failures;
  return failures.map((failure) =>
    failure.code === "WRONG_TYPE" ? { ...failure, squareCode } : failure,
  );
}

/** By precedence of the codes, within one code in the given order, and no more than a refusal lists. */
export function refusalOf(failures: readonly WireFailure[]): Refusal {
  const [first, ...rest] = inPrecedence(failures);
  if (first === undefined) throw new Error("a refusal names at least one failure");
  return wireRefusal(first, ...rest);
}

export type WireReading<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly failures: readonly WireFailure[] };

/** Reads a body by its wire schema and says every fault, in Square's words. */
export function tryWire<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): WireReading<z.output<Schema>> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, failures: parsed.error.issues.flatMap(failuresOfIssue) };
}

/** As `tryWire`, but throws the Refusal. */
export function readWire<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const read = tryWire(schema, given);
  if (read.ok) return read.value;
  throw refusalOf(read.failures);
}

/** Turns a place in the contracts' input into the place in the request it came from. */
export type Rename = (path: Path) => Path;

/** `catalogObjectIds` becomes `catalog_object_ids`. */
export const snakeCase: Rename = (path) =>
  path.map((step) =>
    typeof step === "number" ? step : step.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`),
  );

/** Every field under the contracts' name; its value as it came. */
export function camelCase(fields: object): object {
  const named = (name: string) => name.replace(/_[a-z]/g, (step) => step.slice(1).toUpperCase());
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [named(name), value]));
}

const FIELD_NAMES = /\b(?:from|to)LocationId\b|\blocationId\b|\bupdatedAfter\b|\bupdatedBefore\b/g;

/** The same refusal with every place, and every field a sentence names, as this door calls it. */
export function renamed(refusal: Refusal, rename: Rename): Refusal {
  const [first, ...rest] = refusal.failures.map((failure) => renamedFailure(failure, rename));
  return first === undefined ? refusal : new Refusal(first, ...rest);
}

export function renamedFailure(failure: Failure, rename: Rename): Failure {
  const message = failure.message.replace(FIELD_NAMES, (name) => String(snakeCase([name])[0]));
  return { ...failure, message, path: rename(failure.path) };
}
