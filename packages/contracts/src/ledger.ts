import type * as z from "zod";
import type { Principal } from "./access.ts";
import { refuse } from "./failure.ts";
import type { Operation, Operations } from "./operations.ts";

/** What an operation takes before parsing: what callers write. */
export type Given<Op extends Operation> = z.input<Op["input"]>;
/** What an operation takes after parsing: what the ledger is handed. */
export type Parsed<Op extends Operation> = z.output<Op["input"]>;
/** What an operation answers. */
export type Answer<Op extends Operation> = z.output<Op["output"]>;

/** Asked once and answered once; a subscription is answered until `signal` is aborted. */
type Method<Op extends Operation> = Op extends { readonly kind: "subscription" }
  ? (principal: Principal, input: Parsed<Op>, signal: AbortSignal) => AsyncIterable<Answer<Op>>
  : (principal: Principal, input: Parsed<Op>) => Promise<Answer<Op>>;

/**
 * The whole promise: one method for each operation, by room and verb. Each refuses with a
 * `Refusal`, checks the principal's scope, and touches the principal's merchant only (L11).
 */
export type Ledger = {
  readonly [Room in keyof Operations]: {
    readonly [Verb in keyof Operations[Room]]: Operations[Room][Verb] extends infer Op extends
      Operation
      ? Method<Op>
      : never;
  };
};

/** INSUFFICIENT_SCOPE unless the token carries what the operation needs. */
export function authorize(principal: Principal, { scope }: Operation): void {
  if (scope === null || principal.scopes.includes(scope)) return;
  throw refuse("INSUFFICIENT_SCOPE", `the token lacks the scope ${scope}`);
}
