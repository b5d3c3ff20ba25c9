import * as z from "zod";
import { count } from "./count.ts";
import { readPlainly } from "./failure.ts";
import {
  applicationId,
  catalogObjectId,
  changeId,
  idempotencyKey,
  locationId,
  position,
} from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { filterIds, pageInput } from "./page.ts";
import { plainCreateChanges } from "./plain-changes.ts";
import { countedQuantity, movedQuantity, quantity } from "./quantity.ts";
import {
  COUNTABLE_STATES,
  isPermitted,
  PERMITTED_TRANSITIONS,
  type State,
  state,
  TRANSFERABLE_STATES,
} from "./state.ts";
import { text } from "./text.ts";
import { time, timeInput } from "./time.ts";

export const CHANGE_TYPES = ["PHYSICAL_COUNT", "ADJUSTMENT", "TRANSFER"] as const;
export const changeType = z.enum(CHANGE_TYPES);
export type ChangeType = z.infer<typeof changeType>;

const said = {
  catalogObjectId,
  /** When it happened, by the client's clock. */
  occurredAt: timeInput,
  referenceId: text(LIMITS.referenceIdCharacters).optional(),
  employeeId: text(LIMITS.personIdCharacters).optional(),
  teamMemberId: text(LIMITS.personIdCharacters).optional(),
};

function refuseState(context: z.RefinementCtx, path: string, permitted: readonly State[]): void {
  context.addIssue({
    code: "custom",
    path: [path],
    message: `must be one of ${permitted.join(", ")}`,
    params: { failure: "FORBIDDEN_TRANSITION" },
  });
}

/** "We counted: this key holds `quantity`." Resets the count as of `occurredAt` (L1). */
export const physicalCountInput = z
  .strictObject({
    type: z.literal("PHYSICAL_COUNT"),
    ...said,
    locationId,
    state,
    quantity: countedQuantity,
  })
  .superRefine((given, context) => {
    if (!COUNTABLE_STATES.some((countable) => countable === given.state))
      refuseState(context, "state", COUNTABLE_STATES);
  });

/**
 * `quantity` goes from one state to another. Where: `locationId`, or `fromLocationId` and
 * `toLocationId` (one of the two suffices when they are equal). Parsed, it always carries both.
 */
export const adjustmentInput = z
  .strictObject({
    type: z.literal("ADJUSTMENT"),
    ...said,
    fromState: state,
    toState: state,
    locationId: locationId.optional(),
    fromLocationId: locationId.optional(),
    toLocationId: locationId.optional(),
    quantity: movedQuantity,
  })
  .transform(({ locationId: at, ...given }, context) => {
    const fromLocationId = given.fromLocationId ?? given.toLocationId ?? at;
    const toLocationId = given.toLocationId ?? given.fromLocationId ?? at;
    if (fromLocationId === undefined || toLocationId === undefined) {
      context.addIssue({
        code: "custom",
        path: ["locationId"],
        message: "is missing: name locationId, or fromLocationId and toLocationId",
        params: { failure: "MISSING_FIELD" },
      });
      return z.NEVER;
    }
    if (at !== undefined && (at !== fromLocationId || at !== toLocationId)) {
      context.addIssue({
        code: "custom",
        path: ["locationId"],
        message: "disagrees with fromLocationId or toLocationId: name one or the other",
        params: { failure: "CONFLICTING_FIELDS" },
      });
      return z.NEVER;
    }
    const locations = fromLocationId === toLocationId ? "one" : "two";
    if (!isPermitted({ from: given.fromState, to: given.toState, locations })) {
      const where = locations === "two" ? "between two locations" : "at one location";
      context.addIssue({
        code: "custom",
        path: ["toState"],
        message: `${given.fromState} -> ${given.toState} ${where} is not permitted. Permitted: ${PERMITTED_TRANSITIONS.join("; ")}`,
        params: { failure: "FORBIDDEN_TRANSITION" },
      });
      return z.NEVER;
    }
    // Both come last, however they were said: the order of the fields is part of the fingerprint (L6).
    const { fromLocationId: _from, toLocationId: _to, ...rest } = given;
    return { ...rest, fromLocationId, toLocationId };
  });

/** `quantity` goes from one location to another and stays in its state. */
export const transferInput = z
  .strictObject({
    type: z.literal("TRANSFER"),
    ...said,
    state: state.default("IN_STOCK"),
    fromLocationId: locationId,
    toLocationId: locationId,
    quantity: movedQuantity,
  })
  .superRefine((given, context) => {
    if (!TRANSFERABLE_STATES.some((movable) => movable === given.state))
      refuseState(context, "state", TRANSFERABLE_STATES);
    if (given.fromLocationId === given.toLocationId)
      context.addIssue({
        code: "custom",
        path: ["toLocationId"],
        message: "must differ from fromLocationId",
        params: { failure: "SAME_LOCATION" },
      });
  });

export const changeInput = z.discriminatedUnion("type", [
  physicalCountInput,
  adjustmentInput,
  transferInput,
]);
/** A change as people write it. */
export type ChangeInput = z.input<typeof changeInput>;
/** A change once parsed: canonical quantity and time, both locations filled in. */
export type ParsedChange = z.output<typeof changeInput>;

const recorded = {
  id: changeId,
  position,
  catalogObjectId,
  catalogObjectType: z.literal("ITEM_VARIATION"),
  quantity,
  /** When it happened, by the client's clock. */
  occurredAt: time,
  /** When we received it, by the database's clock. */
  createdAt: time,
  referenceId: z.string().optional(),
  employeeId: z.string().optional(),
  teamMemberId: z.string().optional(),
  /** The application whose token wrote it. */
  source: z.object({ applicationId, name: z.string() }),
};

export const physicalCount = z.object({
  type: z.literal("PHYSICAL_COUNT"),
  ...recorded,
  locationId,
  state,
});
export const adjustment = z.object({
  type: z.literal("ADJUSTMENT"),
  ...recorded,
  fromState: state,
  toState: state,
  /** Present when both sides are at one location. */
  locationId: locationId.optional(),
  fromLocationId: locationId,
  toLocationId: locationId,
});
export const transfer = z.object({
  type: z.literal("TRANSFER"),
  ...recorded,
  state,
  fromLocationId: locationId,
  toLocationId: locationId,
});

/** What was recorded: append-only, never edited, never deleted. */
export const change = z.discriminatedUnion("type", [physicalCount, adjustment, transfer]);
export type Change = z.infer<typeof change>;
export type PhysicalCount = z.infer<typeof physicalCount>;
export type Adjustment = z.infer<typeof adjustment>;
export type Transfer = z.infer<typeof transfer>;

/** A batch is applied whole or not at all (L5), once per idempotency key for ever (L6). */
export const createChangesInput = readPlainly(
  z.strictObject({
    idempotencyKey,
    changes: z.array(changeInput).min(1).max(LIMITS.changesPerRequest),
    /** A physical count equal to the key's quantity at that instant is not recorded. */
    ignoreUnchangedCounts: z.boolean().default(true),
  }),
  plainCreateChanges,
);

export const createChangesOutput = z.object({
  /** In request order; ignored physical counts are left out. */
  changes: z.array(change),
  /** One row for each tracked key the request named, as they stand after the batch. */
  counts: z.array(count),
  /** The merchant's position once this batch was in. */
  position,
  idempotencyKey,
  /** Whether this key had been answered before. */
  replayed: z.boolean(),
});
export type CreateChangesOutput = z.infer<typeof createChangesOutput>;

/** Oldest `occurredAt` first unless `order` says otherwise. */
export const listChangesInput = z
  .strictObject({
    catalogObjectIds: filterIds(catalogObjectId),
    /** Changes with either side at one of these. */
    locationIds: filterIds(locationId),
    types: z.array(changeType).min(1).max(CHANGE_TYPES.length).optional(),
    /**
     * Adjustments and transfers with either side in one of these; physical counts are unaffected.
     */
    states: z.array(state).min(1).max(state.options.length).optional(),
    /** Only changes whose `createdAt` is after this. */
    updatedAfter: timeInput.optional(),
    /** Only changes whose `createdAt` is before this. */
    updatedBefore: timeInput.optional(),
    order: z.enum(["ASC", "DESC"]).default("ASC"),
    ...pageInput,
  })
  .superRefine(({ updatedAfter, updatedBefore }, context) => {
    if (updatedAfter === undefined || updatedBefore === undefined) return;
    if (compareTimes(updatedAfter, updatedBefore) < 0) return;
    context.addIssue({
      code: "custom",
      path: ["updatedBefore"],
      message: "must be after updatedAfter",
      params: { failure: "INVALID_TIME_RANGE" },
    });
  });

/**
 * The order of two canonical times is the order of their text, once the Z is off: seconds have one
 * width, and a shorter fraction is the beginning of the longer one or differs from it.
 */
function compareTimes(left: string, right: string): number {
  const [a, b] = [left.slice(0, -1), right.slice(0, -1)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Newest `occurredAt` first. NOT_FOUND when the merchant has no such catalog object. */
export const changesOfObjectInput = z.strictObject({
  catalogObjectId,
  locationIds: filterIds(locationId),
  ...pageInput,
});

export const getChangeInput = z.strictObject({ id: changeId });
export const getChangeOutput = z.object({ change });

export const changesPage = z.object({ changes: z.array(change), cursor: z.string().optional() });
export type ChangesPage = z.infer<typeof changesPage>;
