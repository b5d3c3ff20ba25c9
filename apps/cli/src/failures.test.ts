import { FAILURE_CODES, FAILURES, type FailureKind } from "@bincard/contracts";
import { expect, test } from "vitest";
import { EXIT_CODES, exitCodesPage } from "./exit-codes.ts";
import { RENDERINGS } from "./failures.ts";

/** What a script may conclude from each kind. Unknown and misused operations are faults of usage here. */
const BY_KIND: Readonly<Record<FailureKind, number>> = {
  authentication: 4,
  permission: 4,
  request: 2,
  missing: 5,
  conflict: 3,
  rate: 8,
  unavailable: 8,
  internal: 1,
};

test.each(FAILURE_CODES)("L13: %s ends with the exit code of its kind", (code) => {
  const expected = code === "UNKNOWN_OPERATION" ? 2 : BY_KIND[FAILURES[code].kind];
  expect(RENDERINGS[code].exitCode).toBe(expected);
});

test("the page of exit codes names each once", () => {
  const codes = [...exitCodesPage().matchAll(/^ *(\d+) {2}\S/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
  expect(codes).toEqual(Object.values(EXIT_CODES));
});
