import { LIMITS, nouns, operations, STATES } from "@bincard/contracts";
import * as z from "zod";
import type { Dialect } from "./version.ts";
import { boundedAs, ignored, integer } from "./wire.ts";

const { NewPhysicalCount, NewTransfer } = nouns.input;
const { shape: counted } = NewPhysicalCount;
const text = (contract: z.ZodType) => boundedAs(z.string(), contract);
const locationId = text(counted.locationId);

/** Only variations are counted, so Square's field may say that and nothing else. */
const variationType = z
  .string()
  .refine((type) => type === "ITEM_VARIATION", "must be ITEM_VARIATION, or left out")
  .meta({ enum: ["ITEM_VARIATION"] });

const { State: state } = nouns.both;
const said = {
  catalog_object_id: text(counted.catalogObjectId),
  catalog_object_type: variationType.optional(),
  occurred_at: text(counted.occurredAt),
  reference_id: text(counted.referenceId.unwrap()).optional(),
  employee_id: text(counted.employeeId.unwrap()).optional(),
  team_member_id: text(counted.teamMemberId.unwrap()).optional(),
  id: ignored,
  created_at: ignored,
  source: ignored,
};

const physicalCount = z.strictObject({
  ...said,
  state,
  location_id: locationId,
  quantity: text(counted.quantity),
  adjustment_id: ignored,
});

const moved = text(NewTransfer.shape.quantity);

/** Each dialect's SDK sends its own location fields; whoever writes JSON by hand may use either. */
const adjustment = z.strictObject({
  ...said,
  from_state: state,
  to_state: state,
  location_id: locationId.optional(),
  from_location_id: locationId.optional(),
  to_location_id: locationId.optional(),
  quantity: moved,
  total_price_money: ignored,
  transaction_id: ignored,
  refund_id: ignored,
  purchase_order_id: ignored,
  goods_receipt_id: ignored,
  adjustment_group: ignored,
  cost_money: ignored,
  vendor_id: ignored,
  physical_count_id: ignored,
  reason_id: ignored,
});

const transfer = z.strictObject({
  ...said,
  state: state.optional(),
  from_location_id: locationId,
  to_location_id: locationId,
  quantity: moved,
});

/** The members that `type` does not name. */
const unnamed = z
  .custom<undefined>((given) => given === undefined, {
    message: "must be left out: type names another member",
    params: { failure: "CONFLICTING_FIELDS" },
  })
  .meta({ not: {} })
  .optional();
const units = { measurement_unit: ignored, measurement_unit_id: ignored };

const countChange = z.strictObject({
  type: z.literal("PHYSICAL_COUNT"),
  physical_count: physicalCount,
  adjustment: unnamed,
  transfer: unnamed,
  ...units,
});
const adjustmentChange = z.strictObject({
  type: z.literal("ADJUSTMENT"),
  physical_count: unnamed,
  adjustment,
  transfer: unnamed,
  ...units,
});
const transferChange = z.strictObject({
  type: z.literal("TRANSFER"),
  physical_count: unnamed,
  adjustment: unnamed,
  transfer,
  ...units,
});

const changeOfA = z.discriminatedUnion("type", [countChange, adjustmentChange, transferChange]);
/** Dialect B has no TRANSFER: a move between locations is an ADJUSTMENT. */
const changeOfB = z.discriminatedUnion("type", [countChange, adjustmentChange]);
export const wireChange = { A: changeOfA, B: changeOfB } as const;
export type WireChange = z.output<typeof changeOfA>;

function createChanges(change: z.ZodType<WireChange>) {
  return z.strictObject({
    idempotency_key: text(operations.changes.create.input.shape.idempotencyKey),
    changes: z.array(change).min(1).max(LIMITS.squareChangesPerRequest),
    ignore_unchanged_counts: z.boolean().optional(),
  });
}
const createChangesOfA = createChanges(changeOfA);
export type WireCreateChanges = z.output<typeof createChangesOfA>;
/** POST changes/batch-create. */
export const createChangesWire: Readonly<Record<Dialect, z.ZodType<WireCreateChanges>>> = {
  A: createChangesOfA,
  B: createChanges(changeOfB),
};

const listing = operations.changes.list.input.shape;
const filters = {
  catalog_object_ids: z.array(said.catalog_object_id).max(LIMITS.idsPerFilter).optional(),
  location_ids: z.array(locationId).max(LIMITS.idsPerFilter).optional(),
  states: z.array(state).max(STATES.length).optional(),
  updated_after: text(listing.updatedAfter.unwrap()).optional(),
  cursor: z.string().optional(),
  limit: boundedAs(integer, listing.limit).optional(),
};

/** POST counts/batch-retrieve. */
export const listCountsWire = z.strictObject(filters);
export type WireListCounts = z.output<typeof listCountsWire>;

/** POST changes/batch-retrieve. TRANSFER is no filter value in either dialect. */
export const listChangesWire = z.strictObject({
  ...filters,
  types: z
    .array(z.enum(["PHYSICAL_COUNT", "ADJUSTMENT"]))
    .max(2)
    .optional(),
  updated_before: text(listing.updatedBefore.unwrap()).optional(),
  sort: z
    .strictObject({
      field: z.enum(["OCCURRED_AT"]).optional(),
      order: z.enum(["ASC", "DESC"]).optional(),
    })
    .optional(),
  reason_ids: z
    .array(z.unknown())
    .refine((ids) => ids.length === 0, "must be left out: Bincard keeps no adjustment reasons")
    .meta({ maxItems: 0 })
    .optional(),
});
export type WireListChanges = z.output<typeof listChangesWire>;
