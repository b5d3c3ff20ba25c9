import { errorShape } from "@bincard/api";
import { FAILURE_CODES, type FailureCode, FAILURES, refuse } from "@bincard/contracts";
import * as z from "zod";
import { CATEGORIES, FINER_CODES, RENDERINGS } from "../square/failures.ts";

/** One status at one door: what a refusal with it looks like, and which codes have it. */
export interface RefusalAnswer {
  readonly schema: z.ZodType;
  readonly codes: readonly [FailureCode, ...FailureCode[]];
}
type ByStatus = ReadonlyMap<number, RefusalAnswer>;

const subject = z.object({
  kind: z.enum([
    "catalog object",
    "location",
    "change",
    "merchant",
    "token",
    "application",
    "webhook subscription",
    "webhook delivery",
  ]),
  id: z.string(),
});
const failure = z.object({
  code: z.enum(FAILURE_CODES),
  message: z.string().min(1),
  path: z.array(z.union([z.string(), z.int()])),
  subject: subject.optional(),
  retryAfterSeconds: z.number().optional(),
});

/** What stands beside the doors answers in the same vocabulary, in few words. */
export const plainRefusal = z.object({
  error: z.object({
    code: z.enum(FAILURE_CODES),
    message: z.string().min(1),
    requestId: z.string(),
  }),
});

const trpcData = (code: FailureCode) => errorShape(refuse(code, "says why"), undefined).data;

function trpcRefusal(status: number, codes: RefusalAnswer["codes"]): z.ZodType {
  const names = [...new Set(codes.map((code) => trpcData(code).code))];
  return z.object({
    error: z.object({
      message: z.string().meta({ description: "the first failure's place and message" }),
      code: z.int().meta({ description: "JSON-RPC's number for data.code" }),
      data: z.object({
        code: z.enum(names),
        httpStatus: z.literal(status),
        path: z.string().optional().meta({ description: "the operation that was asked" }),
        requestId: z.string().optional().meta({ description: "what X-Request-Id says" }),
        // The first decides the status; the rest follow by precedence.
        failures: z.tuple([failure.extend({ code: z.enum(codes) })], failure),
      }),
    }),
  });
}

const SQUARE_CODES = [
  ...new Set([...Object.values(RENDERINGS).map(({ code }) => code), ...FINER_CODES]),
];
const squareError = z.object({
  category: z.enum(CATEGORIES),
  code: z.enum(SQUARE_CODES),
  detail: z.string().min(1),
  field: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "such as changes[2].adjustment.quantity" }),
});

function squareRefusal(status: number, codes: RefusalAnswer["codes"]): z.ZodType {
  // Square's finer codes are all about what a request says.
  const finer = status === 400 ? FINER_CODES : [];
  const names = [...new Set([...codes.map((code) => RENDERINGS[code].code), ...finer])];
  const first = squareError.extend({ code: z.enum(names) });
  return z.object({ errors: z.tuple([first], squareError) });
}

function byStatus(
  statusOf: (code: FailureCode) => number,
  schemaOf: (status: number, codes: RefusalAnswer["codes"]) => z.ZodType,
): ByStatus {
  const codes = new Map<number, [FailureCode, ...FailureCode[]]>();
  for (const code of FAILURE_CODES) {
    const found = codes.get(statusOf(code));
    if (found === undefined) codes.set(statusOf(code), [code]);
    else found.push(code);
  }
  const sorted = [...codes].toSorted(([a], [b]) => a - b);
  return new Map(
    sorted.map(([status, found]) => [
      status,
      { codes: found, schema: schemaOf(status, found) } satisfies RefusalAnswer,
    ]),
  );
}

export const trpcStatusOf = (code: FailureCode): number => trpcData(code).httpStatus;
export const squareStatusOf = (code: FailureCode): number => RENDERINGS[code].status;
export const trpcRefusals = byStatus(trpcStatusOf, trpcRefusal);
export const squareRefusals = byStatus(squareStatusOf, squareRefusal);

/** What a request without a body cannot be refused with. */
const OF_BODIES: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "UNSUPPORTED_MEDIA_TYPE",
  "BODY_TOO_LARGE",
]);
/** Another method is another operation, and this document lists only those there are. */
const ELSEWHERE: ReadonlySet<FailureCode> = new Set<FailureCode>(["METHOD_NOT_ALLOWED"]);

export interface Meeting {
  readonly hasBody: boolean;
  readonly hasScope: boolean;
  /** What is about stored state differs from one operation to the next. */
  readonly refusals: readonly FailureCode[];
}

/** Every refusal that a request to one operation can meet, in order of precedence. */
export function refusalsMet({ hasBody, hasScope, refusals }: Meeting): FailureCode[] {
  return FAILURE_CODES.filter((code) => {
    if (refusals.includes(code)) return true;
    if (ELSEWHERE.has(code) || (!hasBody && OF_BODIES.has(code))) return false;
    if (code === "INSUFFICIENT_SCOPE") return hasScope;
    const { kind } = FAILURES[code];
    return kind !== "missing" && kind !== "conflict";
  });
}
