import { authorize, type Operation, type Principal } from "@bincard/contracts";
import { isConnectionFault, isContention, isExhaustion, unavailable } from "./store/faults.ts";

export type Verb<On, Input, Output> = (
  on: On,
  principal: Principal,
  input: Input,
) => Promise<Output>;

/** Every verb's door within the ledger: the scope first, and a lost database as UNAVAILABLE. */
export function guard<On, Input, Output>(
  operation: Operation,
  on: (principal: Principal) => On,
  verb: Verb<On, Input, Output>,
): (principal: Principal, input: Input) => Promise<Output> {
  return (principal, input) =>
    reachable(() => {
      authorize(principal, operation);
      return verb(on(principal), principal, input);
    });
}

export async function reachable<Output>(work: () => Promise<Output>): Promise<Output> {
  try {
    return await work();
  } catch (error) {
    throw inOurWords(error);
  }
}

export async function* reachableStream<Page>(
  follow: () => AsyncIterable<Page>,
): AsyncGenerator<Page, void, undefined> {
  try {
    yield* follow();
  } catch (error) {
    throw inOurWords(error);
  }
}

function inOurWords(error: unknown): unknown {
  const mayPass = isConnectionFault(error) || isContention(error) || isExhaustion(error);
  return mayPass ? unavailable(error) : error;
}
