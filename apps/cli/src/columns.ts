import type {
  CatalogObject,
  Change,
  Count,
  Finding,
  Location,
  Merchant,
  TokenInfo,
} from "@bincard/contracts";
import type { Named } from "./names.ts";
import type { Column } from "./table.ts";

// One place says which columns a listing has. Keys head CSV files and are a promise; titles are not.

export const COUNT_COLUMNS: readonly Column<Named<Count>>[] = [
  {
    key: "item",
    title: "ITEM",
    only: "table",
    value: ({ row, sku }) => sku ?? row.catalogObjectId,
  },
  { key: "catalogObjectId", title: "ID", only: "csv", value: ({ row }) => row.catalogObjectId },
  { key: "sku", title: "SKU", only: "csv", value: ({ sku }) => sku },
  { key: "itemName", title: "NAME", value: ({ item }) => item },
  { key: "locationId", title: "LOCATION", only: "csv", value: ({ row }) => row.locationId },
  {
    key: "locationName",
    title: "LOCATION",
    value: ({ row, location }) => location(0) ?? row.locationId,
  },
  { key: "state", title: "STATE", value: ({ row }) => row.state },
  { key: "quantity", title: "QUANTITY", kind: "number", value: ({ row }) => row.quantity },
  { key: "calculatedAt", title: "CALCULATED AT", value: ({ row }) => row.calculatedAt },
];

/** Ids of a count, for its names. */
export const idsOfCount = (count: Count) => ({
  item: count.catalogObjectId,
  locations: [count.locationId],
});

export const CHANGE_COLUMNS: readonly Column<Named<Change>>[] = [
  { key: "position", title: "POSITION", kind: "number", value: ({ row }) => String(row.position) },
  { key: "id", title: "ID", value: ({ row }) => row.id },
  { key: "occurredAt", title: "OCCURRED AT", value: ({ row }) => row.occurredAt },
  { key: "createdAt", title: "RECEIVED AT", only: "csv", value: ({ row }) => row.createdAt },
  { key: "type", title: "TYPE", value: ({ row }) => row.type },
  {
    key: "item",
    title: "ITEM",
    only: "table",
    value: ({ row, sku }) => sku ?? row.catalogObjectId,
  },
  { key: "catalogObjectId", title: "ID", only: "csv", value: ({ row }) => row.catalogObjectId },
  { key: "sku", title: "SKU", only: "csv", value: ({ sku }) => sku },
  { key: "itemName", title: "NAME", only: "csv", value: ({ item }) => item },
  { key: "fromState", title: "FROM", value: ({ row }) => sides(row).fromState },
  { key: "toState", title: "TO", value: ({ row }) => sides(row).toState },
  { key: "location", title: "LOCATION", only: "table", value: placeOf },
  { key: "fromLocationId", title: "FROM", only: "csv", value: ({ row }) => sides(row).from },
  { key: "toLocationId", title: "TO", only: "csv", value: ({ row }) => sides(row).to },
  { key: "quantity", title: "QUANTITY", kind: "number", value: ({ row }) => row.quantity },
  { key: "referenceId", title: "REFERENCE", value: ({ row }) => row.referenceId },
  { key: "employeeId", title: "EMPLOYEE", only: "csv", value: ({ row }) => row.employeeId },
  { key: "teamMemberId", title: "MEMBER", only: "csv", value: ({ row }) => row.teamMemberId },
  { key: "source", title: "SOURCE", value: ({ row }) => row.source.name },
  {
    key: "applicationId",
    title: "APPLICATION",
    only: "csv",
    value: ({ row }) => row.source.applicationId,
  },
];

/** Ids of a change, for its names. */
export const idsOfChange = (change: Change) => ({
  item: change.catalogObjectId,
  locations: [sides(change).from, sides(change).to],
});

/** `Main`, or `Warehouse -> Main`. */
function placeOf({ row, location }: Named<Change>): string {
  const { from, to } = sides(row);
  const target = location(1) ?? to;
  return from === "" || from === to ? target : `${location(0) ?? from} -> ${target}`;
}

/** A physical count has one side: what it says is there. */
function sides(change: Change) {
  switch (change.type) {
    case "PHYSICAL_COUNT":
      return { fromState: "", toState: change.state, from: "", to: change.locationId };
    case "ADJUSTMENT":
      return {
        fromState: change.fromState,
        toState: change.toState,
        from: change.fromLocationId,
        to: change.toLocationId,
      };
    case "TRANSFER":
      return {
        fromState: change.state,
        toState: change.state,
        from: change.fromLocationId,
        to: change.toLocationId,
      };
  }
}

export interface ShownObject {
  readonly object: CatalogObject;
  /** The name of the item it is, or belongs to. */
  readonly item: string | undefined;
}
const variation = ({ object }: ShownObject) =>
  object.type === "ITEM_VARIATION" ? object : undefined;
export const OBJECT_COLUMNS: readonly Column<ShownObject>[] = [
  { key: "id", title: "ID", value: ({ object }) => object.id },
  { key: "type", title: "TYPE", value: ({ object }) => object.type },
  { key: "sku", title: "SKU", value: (shown) => variation(shown)?.sku },
  { key: "itemName", title: "ITEM", value: ({ item }) => item },
  { key: "variationName", title: "VARIATION", value: (shown) => variation(shown)?.name },
  { key: "upc", title: "UPC", value: (shown) => variation(shown)?.upc },
  { key: "itemId", title: "ITEM ID", value: (shown) => variation(shown)?.itemId },
  {
    key: "version",
    title: "VERSION",
    kind: "number",
    value: ({ object }) => String(object.version),
  },
  { key: "updatedAt", title: "UPDATED AT", value: ({ object }) => object.updatedAt },
  { key: "isDeleted", title: "DELETED", value: ({ object }) => (object.isDeleted ? "yes" : "no") },
];

export const LOCATION_COLUMNS: readonly Column<Location>[] = [
  { key: "id", title: "ID", value: ({ id }) => id },
  { key: "name", title: "NAME", value: ({ name }) => name },
  { key: "status", title: "STATUS", value: ({ status }) => status },
  { key: "timezone", title: "TIME ZONE", value: ({ timezone }) => timezone },
  { key: "description", title: "DESCRIPTION", value: ({ description }) => description },
  { key: "createdAt", title: "CREATED AT", value: ({ createdAt }) => createdAt },
];

export const MERCHANT_COLUMNS: readonly Column<Merchant>[] = [
  { key: "id", title: "ID", value: ({ id }) => id },
  { key: "name", title: "NAME", value: ({ name }) => name },
  { key: "createdAt", title: "CREATED AT", value: ({ createdAt }) => createdAt },
];

export const TOKEN_COLUMNS: readonly Column<TokenInfo>[] = [
  { key: "id", title: "ID", value: ({ id }) => id },
  { key: "applicationName", title: "APPLICATION", value: ({ application }) => application.name },
  { key: "applicationId", title: "APPLICATION ID", value: ({ application }) => application.id },
  { key: "merchantId", title: "MERCHANT", value: ({ merchantId }) => merchantId },
  { key: "createdAt", title: "CREATED AT", value: ({ createdAt }) => createdAt },
  { key: "expiresAt", title: "EXPIRES AT", value: ({ expiresAt }) => expiresAt },
  { key: "revokedAt", title: "REVOKED AT", value: ({ revokedAt }) => revokedAt },
  { key: "scopes", title: "SCOPES", value: ({ scopes }) => scopes.join(" ") },
];

export const FINDING_COLUMNS: readonly Column<Finding>[] = [
  { key: "kind", title: "FINDING", value: ({ kind }) => kind },
  { key: "where", title: "WHERE", value: whereOf },
  {
    key: "stored",
    title: "STORED",
    value: (finding) => ("stored" in finding ? finding.stored : undefined),
  },
  {
    key: "expected",
    title: "EXPECTED",
    value: (finding) => ("expected" in finding ? finding.expected : undefined),
  },
  { key: "detail", title: "DETAIL", value: detailOf },
];

function whereOf(finding: Finding): string {
  if ("last" in finding) return `positions ${finding.position} to ${finding.last}`;
  if ("position" in finding) return `position ${finding.position}`;
  if ("table" in finding) return `${finding.table} ${finding.id}`;
  return "catalogObjectId" in finding
    ? `${finding.catalogObjectId} at ${finding.locationId} ${finding.state}`
    : "the merchant";
}

function detailOf(finding: Finding): string | undefined {
  if ("reason" in finding) return finding.reason;
  if ("idempotencyKey" in finding) return finding.idempotencyKey;
  return "field" in finding ? finding.field : undefined;
}
