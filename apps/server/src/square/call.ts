import {
  type Answer,
  type FailureCode,
  type Given,
  type Ledger,
  type Operation,
  type Parsed,
  parseOrRefuse,
  type Principal,
  Refusal,
} from "@bincard/contracts";
import type { Shapes } from "./answers.ts";
import type { Query } from "./query.ts";
import type { Dialect } from "./version.ts";
import { type Rename, renamed, snakeCase } from "./wire.ts";

/** One request, read: who asks for what, in which dialect. */
export interface Call {
  readonly ledger: Ledger;
  readonly principal: Principal;
  readonly dialect: Dialect;
  /** The date the request names, or the one that stands for none. */
  readonly version: string;
  /** The decoded value of the path's one parameter; "" when it has none. */
  readonly id: string;
  readonly query: Query;
  /** The JSON object of a POST or PUT, not yet validated; empty otherwise. */
  readonly body: object;
  /** Puts headers on the answer. */
  readonly tell: (headers: Readonly<Record<string, string>>) => void;
}

/** What an endpoint takes and answers, as its document says it. */
export interface Shape {
  /** One sentence. */
  readonly summary: string;
  /** What Square calls the path's parameter. */
  readonly parameter?: string;
  /** What `handle` reads the body by. */
  readonly body?: Shapes;
  readonly answer: Shapes;
  /** The refusals beyond those that any request may meet. */
  readonly refusals: readonly FailureCode[];
  /** Square's newer path for the same, or why there is none. */
  readonly deprecated?: string;
}

export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Under `/v2`, in Hono's pattern language; its parameter is always `:id`. */
  readonly path: string;
  /** Whose scope the token must carry before anything of the request is read. */
  readonly operation: Operation;
  /** The query parameters it documents; any other is refused. */
  readonly query?: readonly string[];
  readonly shape: Shape;
  readonly handle: (call: Call) => Promise<object>;
}

/**
 * Asks the ledger: parses a translated input by the operation's own schema, runs it, and gives the places of
 * a refusal back in Square's words.
 */
export async function ask<Op extends Operation>(
  operation: Op,
  {
    input,
    run,
    rename = snakeCase,
  }: { input: Given<Op>; run: (parsed: Parsed<Op>) => Promise<Answer<Op>>; rename?: Rename },
): Promise<Answer<Op>> {
  try {
    return await run(parseOrRefuse<Op["input"]>(operation.input, input));
  } catch (error) {
    throw error instanceof Refusal ? renamed(error, rename) : error;
  }
}
