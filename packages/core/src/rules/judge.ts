import { type Failure, inPrecedence } from "@bincard/contracts";
import type { Entry } from "./moves.ts";
import type { View } from "./view.ts";

/**
 * What stored state holds against a batch: one failure for each change that names what does not exist,
 * the object before its locations (laws: Unknown ids). Empty when nothing does.
 */
export function faultsOf(entries: readonly Entry[], view: View): Failure[] {
  const faults: Failure[] = [];
  entries.forEach((entry, index) => {
    const fault = faultOf(entry, view, index);
    if (fault !== undefined) faults.push(fault);
  });
  return faults.length === 0 ? faults : inPrecedence(faults);
}

function faultOf(entry: Entry, view: View, index: number): Failure | undefined {
  const type = view.catalogObjectType(entry.catalogObjectId);
  if (type !== "ITEM_VARIATION") return wrongObject(entry.catalogObjectId, type, index);
  if (!view.hasLocation(entry.locationId)) {
    const field = entry.toLocationId === undefined ? "locationId" : "fromLocationId";
    return missingLocation(entry.locationId, ["changes", index, field]);
  }
  if (entry.toLocationId !== undefined && !view.hasLocation(entry.toLocationId))
    return missingLocation(entry.toLocationId, ["changes", index, "toLocationId"]);
  return undefined;
}

function wrongObject(id: string, type: string | undefined, index: number): Failure {
  const about = {
    path: ["changes", index, "catalogObjectId"],
    subject: { kind: "catalog object", id },
  } as const;
  if (type === undefined)
    return { code: "NOT_FOUND", message: `there is no catalog object ${id}`, ...about };
  const message = `${id} is an ${type}; only an ITEM_VARIATION can be counted`;
  return { code: "NOT_COUNTABLE", message, ...about };
}

function missingLocation(id: string, path: Failure["path"]): Failure {
  return {
    code: "NOT_FOUND",
    message: `there is no location ${id}`,
    path,
    subject: { kind: "location", id },
  };
}
