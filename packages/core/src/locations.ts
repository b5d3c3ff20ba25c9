import {
  type Answer,
  type Extra,
  failuresOf,
  operations,
  type Operations,
  type Parsed,
  type Principal,
  type Refusal,
  refuse,
} from "@bincard/contracts";
import { fromCursor, pageOf, toCursor } from "./cursor.ts";
import { newLocationId } from "./ids.ts";
import type { Connections } from "./store/connect.ts";
import { isUniqueViolation } from "./store/faults.ts";
import {
  insertLocation,
  listStoredLocations,
  LOCATION_ID_TAKEN,
  LOCATION_NAME_TAKEN,
  readLocation,
  updateStoredLocation,
} from "./store/locations.ts";
import { inTransaction, untilDone } from "./store/transaction.ts";

type Create = Operations["locations"]["create"];
type Get = Operations["locations"]["get"];
type List = Operations["locations"]["list"];
type Update = Operations["locations"]["update"];

/** A unique violation in our words; anything else as it is. */
function taken(error: unknown, { id, name }: { id: string; name: string | undefined }): unknown {
  const subject = { kind: "location", id } as const;
  if (isUniqueViolation(error, LOCATION_NAME_TAKEN))
    return refuse("ALREADY_EXISTS", `another location is named ${name ?? ""}`, {
      path: ["name"],
      subject,
    });
  if (isUniqueViolation(error, LOCATION_ID_TAKEN))
    return refuse("ALREADY_EXISTS", `there is a location ${id}`, { path: ["id"], subject });
  return error;
}

function noLocation(id: string): Refusal {
  return refuse("NOT_FOUND", `there is no location ${id}`, {
    path: ["id"],
    subject: { kind: "location", id },
  });
}

/** ALREADY_EXISTS when its name, or the id it brought, is taken. */
export async function createLocation(
  { db }: Connections,
  { merchantId }: Principal,
  { id = newLocationId(), ...fields }: Parsed<Create>,
): Promise<Answer<Create>> {
  try {
    const made = { merchantId, id, ...fields };
    return { location: await untilDone(() => insertLocation(db, made)) };
  } catch (error) {
    throw taken(error, { id, name: fields.name });
  }
}

export async function getLocation(
  { db }: Connections,
  { merchantId }: Principal,
  { id }: Parsed<Get>,
): Promise<Answer<Get>> {
  const location = await readLocation(db, merchantId, id);
  if (location === undefined) throw noLocation(id);
  return { location };
}

/** Fields that fit by themselves may be too much together with those that are there. */
function refuseTooMuch(extra: Extra | undefined): void {
  const parsed = operations.locations.update.input.shape.extra.safeParse(extra, {
    reportInput: true,
  });
  if (parsed.success) return;
  const [{ code, message }] = failuresOf(parsed.error);
  throw refuse(code, `with what there is it ${message}`, { path: ["extraFields"] });
}

/**
 * Fields left out keep their value. TOO_LONG when `extraFields` would make `extra` longer than it may be: then nothing
 * is updated.
 */
export async function updateLocation(
  { db }: Connections,
  { merchantId }: Principal,
  { id, ...fields }: Parsed<Update>,
): Promise<Answer<Update>> {
  let location;
  try {
    location = await inTransaction(db, async (transaction) => {
      const updated = await updateStoredLocation(transaction, { merchantId, id }, fields);
      if (fields.extraFields !== undefined) refuseTooMuch(updated?.extra);
      return updated;
    });
  } catch (error) {
    throw taken(error, { id, name: fields.name });
  }
  if (location === undefined) throw noLocation(id);
  return { location };
}

export async function listLocations(
  { db }: Connections,
  { merchantId }: Principal,
  { limit, cursor }: Parsed<List>,
): Promise<Answer<List>> {
  const listing = { operation: "locations.list", merchantId, filters: {} };
  const place = cursor === undefined ? undefined : fromCursor(listing, cursor, ["time", "text"]);
  const after = place && { createdAt: place[0], id: place[1] };
  const found = await listStoredLocations(db, merchantId, { after, limit: limit + 1 });
  const { rows: locations, ...rest } = pageOf(found, limit, (last) =>
    toCursor(listing, [last.createdAt, last.id]),
  );
  return { locations, ...rest };
}
