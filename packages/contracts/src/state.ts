import * as z from "zod";

/**
 * Every state a quantity can be in. Only the first five can be written; the rest can be named in
 * filters.
 */
export const STATES = [
  "NONE",
  "IN_STOCK",
  "SOLD",
  "WASTE",
  "UNLINKED_RETURN",
  "CUSTOM",
  "RETURNED_BY_CUSTOMER",
  "RESERVED_FOR_SALE",
  "SOLD_ONLINE",
  "ORDERED_FROM_VENDOR",
  "RECEIVED_FROM_VENDOR",
  "IN_TRANSIT_TO",
  "IN_TRANSIT",
  "COMPOSED",
  "DECOMPOSED",
] as const;
export const state = z.enum(STATES);
export type State = z.infer<typeof state>;

const UNTRACKED: ReadonlySet<State> = new Set<State>(["NONE", "SOLD", "UNLINKED_RETURN"]);

/** Only tracked states have counts (laws: Words). */
export function isTracked(of: State): boolean {
  return !UNTRACKED.has(of);
}

/** The states a physical count may name. */
export const COUNTABLE_STATES = ["IN_STOCK", "WASTE"] as const satisfies readonly State[];
/** The state a transfer moves between two locations. */
export const TRANSFERABLE_STATES = ["IN_STOCK"] as const satisfies readonly State[];

export interface Transition {
  readonly from: State;
  readonly to: State;
  /** Whether the two sides are at one location or at two. */
  readonly locations: "one" | "two";
}

/** The one table of permitted adjustments; everything else is FORBIDDEN_TRANSITION. */
export const TRANSITIONS: readonly Transition[] = [
  { from: "NONE", to: "IN_STOCK", locations: "one" },
  { from: "UNLINKED_RETURN", to: "IN_STOCK", locations: "one" },
  { from: "UNLINKED_RETURN", to: "WASTE", locations: "one" },
  { from: "IN_STOCK", to: "SOLD", locations: "one" },
  { from: "IN_STOCK", to: "WASTE", locations: "one" },
  { from: "WASTE", to: "IN_STOCK", locations: "one" },
  { from: "IN_STOCK", to: "IN_STOCK", locations: "two" },
];

/** The table as people read it in a refusal. */
export const PERMITTED_TRANSITIONS: readonly string[] = TRANSITIONS.map(
  ({ from, to, locations }) =>
    `${from} -> ${to}${locations === "two" ? " between two locations" : ""}`,
);

export function isPermitted(wanted: Transition): boolean {
  return TRANSITIONS.some(
    ({ from, to, locations }) =>
      from === wanted.from && to === wanted.to && locations === wanted.locations,
  );
}
