import { type Failure, FAILURES } from "@bincard/contracts/failure";
import { isTRPCClientError } from "@trpc/client";
import type { ErrorFacts, TransportCode } from "./errors.ts";
import { ForeignAnswer } from "./transport.ts";

/** What a failed attempt tells: the server's refusal, or a fault on the way. */
export function factsOf(thrown: unknown, operation: string): ErrorFacts {
  const cause = isTRPCClientError(thrown) ? (thrown.cause ?? thrown) : thrown;
  if (cause instanceof ForeignAnswer) {
    const { response } = cause;
    return { ...onTheWay("UNREADABLE_ANSWER", { operation, cause }), ...answered(response) };
  }
  const response = isTRPCClientError(thrown) ? responseOf(thrown.meta) : undefined;
  const failures = isTRPCClientError(thrown) ? failuresOf(thrown.data) : undefined;
  const [first] = failures ?? [];
  if (response === undefined) return onTheWay("NETWORK_FAULT", { operation, cause });
  const facts = answered(response);
  if (failures === undefined || first === undefined)
    return { ...onTheWay("UNREADABLE_ANSWER", { operation, cause }), ...facts };
  const known = Object.hasOwn(FAILURES, first.code) && FAILURES[first.code].retryable;
  return {
    ...facts,
    code: first.code,
    message: isTRPCClientError(thrown) ? thrown.message : first.message,
    operation,
    failures,
    retryable: known || facts.retryable,
    retryAfterMs: facts.retryAfterMs ?? secondsToMs(first.retryAfterSeconds),
    cause: undefined,
  };
}

const MEANING: Readonly<Record<TransportCode, string>> = {
  NETWORK_FAULT: "the connection failed before an answer was complete",
  TIMED_OUT: "no answer in time",
  UNREADABLE_ANSWER: "what answered is not Bincard",
  ABORTED: "the call was aborted",
};

/** A fault on the way. What happened at the server is unknown: only the key settles it. */
export function onTheWay(
  code: TransportCode,
  { operation, cause }: { operation: string; cause: unknown },
): ErrorFacts {
  const detail = cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";
  return {
    code,
    message: `${operation}: ${MEANING[code]}${detail}`,
    operation,
    failures: [],
    status: undefined,
    requestId: undefined,
    retryable: code === "NETWORK_FAULT" || code === "TIMED_OUT",
    retryAfterMs: undefined,
    cause,
  };
}

function answered({ status, headers }: Pick<Response, "status" | "headers">) {
  return {
    status,
    requestId: headers.get("x-request-id") ?? undefined,
    retryable: status === 408 || status === 425 || status === 429 || status >= 500,
    retryAfterMs: retryAfter(headers.get("retry-after")),
  };
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

function responseOf(meta: unknown): Pick<Response, "status" | "headers"> | undefined {
  const response = field(meta, "response");
  // Not `instanceof Response`: a given `fetch` may answer with a class of its own.
  return isResponse(response) ? response : undefined;
}

function isResponse(value: unknown): value is Pick<Response, "status" | "headers"> {
  return (
    typeof field(value, "status") === "number" &&
    typeof field(field(value, "headers"), "get") === "function"
  );
}

function failuresOf(data: unknown): readonly Failure[] | undefined {
  const failures = field(data, "failures");
  return Array.isArray(failures) && failures.every(isFailure) ? failures : undefined;
}

function isFailure(value: unknown): value is Failure {
  return (
    typeof field(value, "code") === "string" &&
    typeof field(value, "message") === "string" &&
    Array.isArray(field(value, "path"))
  );
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
