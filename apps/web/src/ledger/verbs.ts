import type { InputOf } from "@bincard/client";
import { negative } from "@bincard/client/sum";
import type { State } from "@bincard/contracts";
import type { Call } from "../components/copy-as.ts";
import type { Expected } from "./counts-store.ts";

/** What people do with stock. */
export const VERBS = ["receive", "sell", "waste", "count", "move", "restore"] as const;
export type Verb = (typeof VERBS)[number];

export interface VerbWords {
  /** On a button. */
  readonly label: string;
  /** When it is done: "Received 12 of Tea". */
  readonly done: string;
  /** Above the number. */
  readonly question: string;
  /** The key that begins it on a cell of the stock sheet. */
  readonly key: string;
}

export const VERB_WORDS: Readonly<Record<Verb, VerbWords>> = {
  receive: { label: "Receive", done: "Received", question: "How many came in", key: "r" },
  sell: { label: "Sell", done: "Sold", question: "How many were sold", key: "s" },
  waste: { label: "Waste", done: "Wrote off", question: "How many are lost or spoiled", key: "w" },
  count: { label: "Count", done: "Counted", question: "How many are there", key: "c" },
  move: { label: "Move", done: "Moved", question: "How many are moved", key: "m" },
  restore: {
    label: "Back to stock",
    done: "Put back",
    question: "How many can be sold again",
    key: "b",
  },
};

/** What can be done with stock in this state. */
export function verbsOf(state: State): readonly Verb[] {
  return state === "WASTE" ? ["count", "restore"] : ["receive", "sell", "waste", "count", "move"];
}

/** One thing done, as a form holds it. */
export interface Deed {
  readonly verb: Verb;
  readonly catalogObjectId: string;
  readonly locationId: string;
  /** Of a count: IN_STOCK or WASTE. */
  readonly state: State;
  /** As it was typed: the ledger judges it. */
  readonly quantity: string;
  /** Of a move. */
  readonly toLocationId: string;
  /** RFC 3339. */
  readonly occurredAt: string;
  readonly referenceId: string;
}

type ChangeInput = InputOf<"changes.create">["changes"][number];

const ADJUSTED = {
  receive: ["NONE", "IN_STOCK"],
  sell: ["IN_STOCK", "SOLD"],
  waste: ["IN_STOCK", "WASTE"],
  restore: ["WASTE", "IN_STOCK"],
} as const satisfies Partial<Record<Verb, readonly [State, State]>>;

/** The change that says it. */
export function changeOf(deed: Deed): ChangeInput {
  const { verb, catalogObjectId, locationId, quantity, occurredAt, referenceId } = deed;
  const said = {
    catalogObjectId,
    quantity: quantity.trim(),
    occurredAt,
    ...(referenceId.trim() === "" ? {} : { referenceId: referenceId.trim() }),
  };
  switch (verb) {
    case "count":
      return { type: "PHYSICAL_COUNT", ...said, locationId, state: deed.state };
    case "move":
      return {
        type: "TRANSFER",
        ...said,
        fromLocationId: locationId,
        toLocationId: deed.toLocationId,
      };
    case "receive":
    case "sell":
    case "waste":
    case "restore": {
      const [fromState, toState] = ADJUSTED[verb];
      return { type: "ADJUSTMENT", ...said, locationId, fromState, toState };
    }
  }
}

const EXACT = /^\d{1,20}(\.\d{1,5})?$/;

/** What it will do to the counts, as far as can be told before the ledger has answered. */
export function effectsOf(deed: Deed): readonly Expected[] {
  const { verb, catalogObjectId, locationId, toLocationId, state } = deed;
  const typed = deed.quantity.trim();
  // What is no quantity will be refused, and moves nothing until then.
  if (!EXACT.test(typed)) return [];
  const quantity = negative(negative(typed));
  const add = (state: State, quantity: string, at = locationId): Expected => ({
    kind: "add",
    catalogObjectId,
    locationId: at,
    state,
    quantity,
  });
  switch (verb) {
    case "count":
      return [{ kind: "set", catalogObjectId, locationId, state, quantity }];
    case "move":
      return [add("IN_STOCK", negative(quantity)), add("IN_STOCK", quantity, toLocationId)];
    case "receive":
      return [add("IN_STOCK", quantity)];
    case "sell":
      return [add("IN_STOCK", negative(quantity))];
    case "waste":
      return [add("IN_STOCK", negative(quantity)), add("WASTE", quantity)];
    case "restore":
      return [add("WASTE", negative(quantity)), add("IN_STOCK", quantity)];
  }
}

/** The same as a call of the API, with the command for people. */
export function callOf(deed: Deed, idempotencyKey: string): Call {
  const input = { idempotencyKey, changes: [changeOf(deed)] };
  return { operation: "changes.create", input, cli: commandOf(deed) };
}

function commandOf(deed: Deed): readonly string[] {
  const { verb, catalogObjectId: item, locationId, referenceId, state } = deed;
  const quantity = deed.quantity.trim();
  const where =
    verb === "move"
      ? ["--from", locationId, "--to", deed.toLocationId]
      : ["--location", locationId];
  const reference = referenceId.trim() === "" ? [] : ["--reference", referenceId.trim()];
  const rest = [...where, "--at", deed.occurredAt, ...reference];
  if (verb === "restore")
    return ["adjust", item, quantity, "--from-state", "WASTE", "--to-state", "IN_STOCK", ...rest];
  const of = verb === "count" && state !== "IN_STOCK" ? ["--state", state] : [];
  return [verb, item, quantity, ...of, ...rest];
}
