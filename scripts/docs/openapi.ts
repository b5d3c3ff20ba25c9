import { openApiDocument } from "../../apps/server/src/openapi/document.ts";

/** What `/openapi.json` answers, for whoever reads it without a server. */
export function openApiPage(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
