import {
  authorize,
  type Given,
  type Ledger,
  type Operation,
  type Parsed,
  parseOrRefuse,
  type Principal,
  Refusal,
  refuse,
} from "@bincard/contracts";
import { initTRPC } from "@trpc/server";
import { asTRPCError, errorShape, refusalOf } from "./failures.ts";
import { PING_MS, SILENCE_MS } from "./heartbeat.ts";

/**
 * What every procedure works with. Contracts only: tRPC repeats this type in every sub-router, so
 * whatever it named would reach every consumer's compiler.
 */
export interface Context {
  readonly ledger: Ledger;
  readonly principal: Principal;
  /** What the request is called in the server's log; refusals carry it. */
  readonly requestId?: string;
}

const t = initTRPC.context<Context>().create({
  // Never a stack in an answer, whatever NODE_ENV says.
  isDev: false,
  errorFormatter: ({ error, path, ctx }) => errorShape(refusalOf(error), path, ctx?.requestId),
  sse: {
    ping: { enabled: true, intervalMs: PING_MS },
    client: { reconnectAfterInactivityMs: SILENCE_MS },
  },
});

export const { router } = t;

/** Parses by the contract's schema, and refuses in the contract's words instead of zod's. */
class InputParser<Op extends Operation> {
  declare readonly _input: Given<Op>;
  declare readonly _output: Parsed<Op>;
  readonly #operation: Op;

  constructor(operation: Op) {
    this.#operation = operation;
  }

  parse(given: unknown): Parsed<Op> {
    // tRPC hands on what other content types carry; only JSON has the contract's shapes.
    if (given instanceof ReadableStream || given instanceof FormData)
      throw refuse("UNSUPPORTED_MEDIA_TYPE", "the content type must be application/json");
    // No input at all is an input without fields: `GET /trpc/counts.list` is the first page.
    return parseOrRefuse<Op["input"]>(this.#operation.input, given === undefined ? {} : given);
  }
}

/**
 * A procedure of an operation: its scope is checked first, then its input. What it answers is of the ledger's own type, and
 * is not read once more by its schema, which would be a fifth of the work on a page of a thousand changes.
 */
export function procedure<Op extends Operation>(operation: Op) {
  return t.procedure
    .use(async ({ ctx, next }) => {
      try {
        authorize(ctx.principal, operation);
      } catch (cause) {
        if (cause instanceof Refusal) throw asTRPCError(cause);
        throw cause;
      }
      const result = await next();
      if (!result.ok && result.error.cause instanceof Refusal)
        throw asTRPCError(result.error.cause);
      return result;
    })
    .input(new InputParser(operation));
}

/** The same beside secrets: an answer that breaks the contract does not leave. */
export function checkedProcedure<Op extends Operation>(operation: Op) {
  return procedure(operation).output<Op["output"]>(operation.output);
}
