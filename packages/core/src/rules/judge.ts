import { type Failure, inPrecedence } from "@bincard/contracts";
import type { Entry } from "./moves.ts";
import type { View } from "./view.ts";

/**
 * What stored state holds against a batch: one failure for each change that names what does not exist,
 * the object before its locations (laws: Unknown ids). Empty when nothing does.
 */
export function faultsOf(entries: readonly Entry[], view: View): Failure[] {
  return inPrecedence(entries.flatMap((entry, index) => faultOf(entry, view, index) ?? []));
}

function faultOf(entry: Entry, view: View, index: number): Failure | undefined {
  const type = view.catalogObjectType(entry.catalogObjectId);
  const object = { kind: "catalog object", id: entry.catalogObjectId } as const;
  const at = ["changes", index, "catalogObjectId"];
  if (type === undefined)
    return {
      code: "NOT_FOUND",
      message: `there is no catalog object ${entry.catalogObjectId}`,
      path: at,
      subject: object,
    };
  if (type !== "ITEM_VARIATION")
    return {
      code: "NOT_COUNTABLE",
      message: `${entry.catalogObjectId} is an ${type}; only an ITEM_VARIATION can be counted`,
      path: at,
      subject: object,
    };
  if (!view.hasLocation(entry.locationId)) {
    const field = entry.toLocationId === undefined ? "locationId" : "fromLocationId";
    return missingLocation(entry.locationId, ["changes", index, field]);
  }
  if (entry.toLocationId !== undefined && !view.hasLocation(entry.toLocationId))
    return missingLocation(entry.toLocationId, ["changes", index, "toLocationId"]);
  return undefined;
}

function missingLocation(id: string, path: Failure["path"]): Failure {
  return {
    code: "NOT_FOUND",
    message: `there is no location ${id}`,
    path,
    subject: { kind: "location", id },
  };
}
