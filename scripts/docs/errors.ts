import { FAILURE_CODES, type FailureCode, FAILURES, refuse } from "@bincard/contracts";
import { RENDERINGS as CLI } from "../../apps/cli/src/failures.ts";
import { RENDERINGS as SQUARE } from "../../apps/server/src/square/failures.ts";
import { errorShape } from "../../packages/api/src/failures.ts";
import { CAUSES } from "./causes.ts";
import { code as mono, page, table } from "./markdown.ts";

const INTRODUCTION = `
Every refusal has one code, defined once in ${mono("packages/contracts/src/failure.ts")}, and every door says how it renders
each. The codes stand here in order of precedence: a request that is wrong in several ways is refused with the
first, and lists the others behind it.

- **tRPC**: ${mono("error.data.failures")} is a list of ${mono("{ code, message, path, subject?, retryAfterSeconds? }")}; the first decides the
  HTTP status and ${mono("error.data.code")}.
- **Square door**: ${mono('{ "errors": [{ "category", "code", "detail", "field"? }] }')}. Some wrong types and values have a finer code of
  Square's, such as ${mono("EXPECTED_STRING")}.
- **CLI**: the exit code; with ${mono("--json")} the failure as JSON on stderr.

"Retry" says whether the same request, with the same idempotency key, may succeed later. A refusal that came from
stored state (${mono("IDEMPOTENCY_KEY_REUSED")} to ${mono("COUNT_OUT_OF_RANGE")}) is the key's answer from then on; a malformed request leaves no
trace and its key stays free.
`;

/** One row a code, as the doors themselves render it. */
export function errorsPage(): string {
  const rows = FAILURE_CODES.map(rowOf);
  const head = ["code", "retry", "tRPC", "Square door", "CLI", "meaning"];
  const from = "the vocabulary and the three doors' own renderings";
  return page("Errors", { from, body: `${INTRODUCTION}\n${table(head, rows)}` });
}

function rowOf(failure: FailureCode): string[] {
  const refusal = refuse(failure, "");
  const { httpStatus, code } = errorShape(refusal, undefined).data;
  return [
    mono(failure),
    FAILURES[failure].retryable ? "yes" : "no",
    `${httpStatus} ${mono(code)}`,
    `${SQUARE[failure].status} ${mono(SQUARE[failure].code)}`,
    String(CLI[failure].exitCode),
    CAUSES[failure],
  ];
}
