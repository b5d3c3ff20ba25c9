import { type Extra, LIMITS, type Location, operations, type Path } from "@bincard/contracts";
import { ANSWERS } from "./answers.ts";
import { ask, type Call, type Endpoint } from "./call.ts";
import {
  CARRIED_LOCATION_FIELDS,
  createLocationWire,
  updateLocationWire,
  type WireLocation,
} from "./wire-location.ts";
import { readWire, snakeCase } from "./wire.ts";

function extraOf(wire: WireLocation): Extra | undefined {
  const entries = CARRIED_LOCATION_FIELDS.flatMap((name) => {
    const value = wire[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A location in Square's words. */
function fromLocation(location: Location) {
  const { description, timezone } = location;
  return {
    ...location.extra,
    id: location.id,
    name: location.name,
    // Named even when there are none, so that no field of `extra` passes for them.
    description,
    timezone,
    status: location.status,
    merchant_id: location.merchantId,
    created_at: location.createdAt,
  };
}

function places([field, ...rest]: Path): Path {
  if (field === undefined || field === "id") return ["location_id"];
  return field === "extra" || field === "extraFields"
    ? ["location"]
    : ["location", ...snakeCase([field, ...rest])];
}

async function create({ ledger, principal, body }: Call) {
  const { location: wire } = readWire(createLocationWire, body);
  const { name, description, timezone, status } = wire;
  const { location } = await ask(operations.locations.create, {
    input: { name, description, timezone, status, extra: extraOf(wire) },
    run: (parsed) => ledger.locations.create(principal, parsed),
    rename: places,
  });
  return { location: fromLocation(location) };
}

/** Square's updates are sparse, down to each field of what Bincard keeps as one `extra`. */
async function update({ ledger, principal, id, body }: Call) {
  const { location: wire } = readWire(updateLocationWire, body);
  const { name, description, timezone, status } = wire;
  const { location } = await ask(operations.locations.update, {
    input: { id, name, description, timezone, status, extraFields: extraOf(wire) },
    run: (parsed) => ledger.locations.update(principal, parsed),
    rename: places,
  });
  return { location: fromLocation(location) };
}

async function retrieve({ ledger, principal, id }: Call) {
  const { location } = await ask(operations.locations.get, {
    input: { id },
    run: (parsed) => ledger.locations.get(principal, parsed),
    rename: places,
  });
  return { location: fromLocation(location) };
}

/** Square's listing has no pages, so this reads the ledger's to the end. */
async function list({ ledger, principal }: Call) {
  const locations: Location[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(operations.locations.list, {
      input: { cursor, limit: LIMITS.pageSizeMax },
      run: (parsed) => ledger.locations.list(principal, parsed),
    });
    locations.push(...page.locations);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { locations: locations.map(fromLocation) };
}

const rooms = operations.locations;
const all = { path: "/locations" } as const;
const one = { path: "/locations/:id" } as const;

export const LOCATIONS: readonly Endpoint[] = [
  {
    ...all,
    method: "GET",
    operation: rooms.list,
    shape: { summary: "Every location, oldest first", answer: ANSWERS.locations, refusals: [] },
    handle: list,
  },
  {
    ...all,
    method: "POST",
    operation: rooms.create,
    shape: {
      summary: "Makes a location",
      body: createLocationWire,
      answer: ANSWERS.location,
      refusals: ["ALREADY_EXISTS"],
    },
    handle: create,
  },
  {
    ...one,
    method: "GET",
    operation: rooms.get,
    shape: {
      summary: "One location",
      parameter: "location_id",
      answer: ANSWERS.location,
      refusals: ["NOT_FOUND"],
    },
    handle: retrieve,
  },
  {
    ...one,
    method: "PUT",
    operation: rooms.update,
    shape: {
      summary: "Changes the fields named, and leaves the others",
      parameter: "location_id",
      body: updateLocationWire,
      answer: ANSWERS.location,
      refusals: ["NOT_FOUND", "ALREADY_EXISTS"],
    },
    handle: update,
  },
];
