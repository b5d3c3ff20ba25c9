import { type State, STATES } from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/** A state as people write it: `in_stock`, `In-Stock` and `IN_STOCK` are one. */
export function stateOf(given: string): State {
  const word = given.toUpperCase().replaceAll("-", "_");
  const state = STATES.find((known) => known === word);
  if (state !== undefined) return state;
  throw new Complaint("USAGE", `"${given}" is not a state`, {
    exitCode: EXIT_CODES.usage,
    hint: didYouMean(word, STATES) ?? `states: ${STATES.join(", ")}`,
  });
}
