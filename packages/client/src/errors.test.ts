import { FAILURE_CODES, FAILURES } from "@bincard/contracts/failure";
import { describe, expect, test } from "vitest";
import {
  AbortedError,
  AuthenticationError,
  BincardError,
  ConflictError,
  errorClass,
  type ErrorFacts,
  InternalError,
  InvalidRequestError,
  isBincardError,
  NetworkError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  UnavailableError,
} from "./errors.ts";
import { onTheWay } from "./facts.ts";

const facts: ErrorFacts = onTheWay("NETWORK_FAULT", {
  operation: "changes.create",
  cause: new TypeError("fetch failed"),
});
const sent = { idempotencyKey: "k", attempts: 4 };

describe("the class of an error", () => {
  test.each([
    ["TOKEN_EXPIRED", AuthenticationError],
    ["INSUFFICIENT_SCOPE", PermissionError],
    ["INVALID_QUANTITY", InvalidRequestError],
    ["NOT_FOUND", NotFoundError],
    ["VERSION_MISMATCH", ConflictError],
    ["RATE_LIMITED", RateLimitError],
    ["UNAVAILABLE", UnavailableError],
    ["INTERNAL", InternalError],
    ["NETWORK_FAULT", NetworkError],
    ["TIMED_OUT", NetworkError],
    ["UNREADABLE_ANSWER", NetworkError],
    ["ABORTED", AbortedError],
  ] as const)("of %s", (code, expected) => {
    expect(errorClass(code, undefined)).toBe(expected);
  });

  test("is the same for every code of one kind", () => {
    const classes = new Map<string, unknown>();
    for (const code of FAILURE_CODES) {
      const { kind } = FAILURES[code];
      const known = classes.get(kind) ?? errorClass(code, 400);
      expect(errorClass(code, 400)).toBe(known);
      classes.set(kind, known);
    }
    expect(new Set(classes.values()).size).toBe(classes.size);
  });
});

describe("an error", () => {
  test("says what happened, carries the key, and names its class", () => {
    const error = new NetworkError(facts, sent);
    expect(error).toMatchObject({
      name: "NetworkError",
      code: "NETWORK_FAULT",
      operation: "changes.create",
      failures: [],
      status: undefined,
      retryable: true,
      idempotencyKey: "k",
      attempts: 4,
    });
    expect(error.message).toContain("changes.create");
    expect(error.message).toContain("fetch failed");
    expect(error).toBeInstanceOf(BincardError);
    expect(error).toBeInstanceOf(Error);
  });

  test("is known by its mark, not by its class: other copies of this package have classes of their own", () => {
    const other = Object.assign(new Error("elsewhere"), {
      [Symbol.for("@bincard/client/error")]: true,
      code: "NOT_FOUND",
    });
    expect(other).not.toBeInstanceOf(BincardError);
    expect(isBincardError(other)).toBe(true);
    expect(isBincardError(other, "NOT_FOUND")).toBe(true);
    expect(isBincardError(other, "INTERNAL")).toBe(false);
    expect(isBincardError(new NetworkError(facts, sent), "NETWORK_FAULT")).toBe(true);
  });

  test.each([undefined, null, "NOT_FOUND", { code: "NOT_FOUND" }, new Error("no")])(
    "is not %j",
    (thrown) => {
      expect(isBincardError(thrown)).toBe(false);
    },
  );
});
