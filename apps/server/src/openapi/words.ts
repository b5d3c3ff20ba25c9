import type { Answer, FailureCode, Given, Operation } from "@bincard/contracts";

/** What the document says of one operation beyond its schemas. */
export interface Words<Op extends Operation = Operation> {
  /** One sentence. */
  readonly summary: string;
  readonly description?: string;
  /** The refusals about stored state that it can meet. */
  readonly refusals: readonly FailureCode[];
  readonly input: Given<Op>;
  readonly answer: Answer<Op>;
}
