import { type Operation, operations, type Principal } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";

/** One call of the ledger. */
export interface LedgerCall {
  /** "changes.create" */
  readonly name: string;
  readonly operation: Operation;
  readonly principal: Principal;
  readonly input: unknown;
}

/** Does the work, and something before or after it; the answer is the work's. */
export type Around = (call: LedgerCall, work: () => Promise<unknown>) => Promise<unknown>;

/** Every operation by its name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries(operations).flatMap(([room, verbs]) =>
    Object.entries<Operation>(verbs).map(([verb, operation]): [string, Operation] => [
      `${room}.${verb}`,
      operation,
    ]),
  ),
);

const ROOMS: ReadonlySet<string> = new Set(Object.keys(operations));

/**
 * The same ledger, with something around each of its operations. Subscriptions are left as they are: what they wait
 * for is no work.
 */
export function around(ledger: OpenLedger, hook: Around): OpenLedger {
  const wrapped = new WeakMap<object, object>();
  return new Proxy(ledger, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === "function") {
        return (...given: readonly unknown[]): unknown => Reflect.apply(member, target, given);
      }
      if (typeof name !== "string" || !ROOMS.has(name)) return member;
      if (typeof member !== "object" || member === null) return member;
      const known = wrapped.get(member);
      if (known !== undefined) return known;
      const room = roomAround(name, member, hook);
      wrapped.set(member, room);
      return room;
    },
  });
}

function roomAround(room: string, verbs: object, hook: Around): object {
  return Object.fromEntries(
    Object.entries(verbs).map(([verb, act]: [string, unknown]) => {
      const name = `${room}.${verb}`;
      const operation = OPERATIONS.get(name);
      if (typeof act !== "function" || operation === undefined) return [verb, act];
      if (operation.kind === "subscription") return [verb, act];
      const run = async (principal: Principal, input: unknown): Promise<unknown> =>
        hook({ name, operation, principal, input }, async () =>
          asked(act, verbs, [principal, input]),
        );
      return [verb, run];
    }),
  );
}

async function asked(act: Function, verbs: object, given: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(act, verbs, given);
}
