import type { Failure, FailureCode, SubjectKind } from "@bincard/contracts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";

interface Rendering {
  readonly exitCode: ExitCode;
  /** How to go on; left out where the message says it all. May depend on what exactly was refused. */
  readonly hint?: string | ((failure: Failure) => string | undefined);
}

const { usage, refused, access, missing, unreachable, failure } = EXIT_CODES;
const invalid: Rendering = { exitCode: usage };
const signIn = 'run "bincard login --url URL" with a valid token, or set BINCARD_TOKEN';

/** Where the ids of what was not found are listed. */
const WHERE_TO_LOOK: Readonly<Record<SubjectKind, string | undefined>> = {
  "catalog object": 'see "bincard items list"',
  location: 'see "bincard locations list"',
  change: 'see "bincard changes --newest"',
  merchant: 'see "bincard merchants list"',
  token: 'see "bincard tokens list"',
  application: undefined,
  "webhook subscription": 'see "bincard webhooks list"',
  "webhook delivery": 'see "bincard webhooks deliveries ID" of its subscription',
};

/** How the CLI renders each refusal (L13): a new code does not compile until it stands here. */
export const RENDERINGS: Readonly<Record<FailureCode, Rendering>> = {
  UNAUTHENTICATED: { exitCode: access, hint: signIn },
  TOKEN_EXPIRED: { exitCode: access, hint: signIn },
  TOKEN_REVOKED: { exitCode: access, hint: signIn },
  RATE_LIMITED: { exitCode: unreachable, hint: "wait, then run the same command again" },
  UNKNOWN_OPERATION: {
    exitCode: usage,
    hint: 'this server does not know the operation: compare versions with "bincard doctor"',
  },
  METHOD_NOT_ALLOWED: { exitCode: usage, hint: 'compare versions with "bincard doctor"' },
  INSUFFICIENT_SCOPE: {
    exitCode: access,
    hint: 'see the token\'s scopes with "bincard whoami"; an ADMIN makes another with "bincard tokens create"',
  },
  UNSUPPORTED_MEDIA_TYPE: invalid,
  BODY_TOO_LARGE: { exitCode: usage, hint: "send less at once" },
  MALFORMED_JSON: invalid,
  UNKNOWN_FIELD: invalid,
  MISSING_FIELD: invalid,
  WRONG_TYPE: invalid,
  UNKNOWN_VALUE: invalid,
  INVALID_VALUE: invalid,
  TOO_SHORT: invalid,
  TOO_LONG: invalid,
  TOO_FEW: invalid,
  TOO_MANY: invalid,
  TOO_LOW: invalid,
  TOO_HIGH: invalid,
  INVALID_QUANTITY: invalid,
  INVALID_TIME: invalid,
  INVALID_TIME_RANGE: invalid,
  INVALID_CURSOR: {
    exitCode: usage,
    hint: ({ path: [field] }) =>
      field === "after"
        ? "use a cursor as it came from this ledger, or find one: bincard api feed.locate"
        : "use a cursor with the filters it came with, unchanged",
  },
  CONFLICTING_FIELDS: invalid,
  FORBIDDEN_TRANSITION: invalid,
  SAME_LOCATION: invalid,
  IDEMPOTENCY_KEY_REUSED: {
    exitCode: refused,
    hint: "this key has been used for another request; a new request wants a new --key, or none",
  },
  NOT_FOUND: { exitCode: missing, hint: ({ subject }) => subject && WHERE_TO_LOOK[subject.kind] },
  NOT_COUNTABLE: {
    exitCode: refused,
    hint: 'only variations are counted; see them with "bincard items get ITEM"',
  },
  ALREADY_EXISTS: { exitCode: refused },
  VERSION_MISMATCH: {
    exitCode: refused,
    hint: "somebody changed it meanwhile: look again, then retry",
  },
  COUNT_OUT_OF_RANGE: { exitCode: refused },
  NOT_CONFIGURED: { exitCode: refused },
  UNAVAILABLE: {
    exitCode: unreachable,
    hint: "the server is starting or stopping: try again shortly",
  },
  INTERNAL: { exitCode: failure, hint: "the server's log names the cause under the request's id" },
};
