import type { Endpoint } from "../square/call.ts";

/** `getInventoryByIdChanges` for `GET /inventory/:id/changes`: what code generators name the call. */
export function operationId({ method, path }: Pick<Endpoint, "method" | "path">): string {
  const words = path
    .replace(":id", "by-id")
    .split(/[/-]/)
    .filter((word) => word !== "");
  const named = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${method.toLowerCase()}${named.join("")}`;
}
