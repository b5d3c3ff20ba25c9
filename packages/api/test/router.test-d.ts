import type { Router, RouterInputs, RouterOutputs } from "@bincard/api";
import type { Answer, Given, Operation, Operations } from "@bincard/contracts";

/**
 * Checked by `tsc --noEmit`: this file compiles only while the router has exactly the operations of
 * the contracts, with exactly their inputs and outputs, and with nothing of a database in its
 * context.
 */
type Equal<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Expect<Truth extends true> = Truth;

type InputsOf<Ops> = {
  -readonly [Room in keyof Ops]: {
    -readonly [Verb in keyof Ops[Room]]: Ops[Room][Verb] extends infer Op extends Operation
      ? Given<Op>
      : never;
  };
};
type OutputsOf<Ops> = {
  -readonly [Room in keyof Ops]: {
    -readonly [Verb in keyof Ops[Room]]: Ops[Room][Verb] extends infer Op extends Operation
      ? Answer<Op>
      : never;
  };
};

export type Checks = [
  Expect<Equal<RouterInputs, InputsOf<Operations>>>,
  Expect<Equal<RouterOutputs, OutputsOf<Operations>>>,
  Expect<Equal<Router["_def"]["_config"]["$types"]["transformer"], false>>,
  Expect<
    Equal<keyof Router["_def"]["_config"]["$types"]["ctx"], "ledger" | "principal" | "requestId">
  >,
];
