import { accessOf, EVERY_ANSWER, type JsonObject, RETRY_AFTER } from "./answers.ts";
import { plainRefusal } from "./refusals.ts";
import { refTo } from "./schemas.ts";

const text = (description: string, type = "text/plain"): JsonObject => ({
  description,
  headers: EVERY_ANSWER,
  content: { [type]: { schema: { type: "string" } } },
});

function asked(operationId: string, summary: string, responses: JsonObject): JsonObject {
  return { get: { operationId, tags: ["Operating"], summary, security: [], responses } };
}

const refused = (description: string): JsonObject => ({
  description,
  headers: EVERY_ANSWER,
  content: { "application/json": { schema: { ...refTo(plainRefusal, "output") } } },
});

/** What stands beside the two doors. Nobody needs a token for it, but for the metrics. */
export function plainPaths(): JsonObject {
  return {
    "/livez": asked("livez", "Whether the process lives, whatever its database does", {
      "200": text("It lives."),
    }),
    "/readyz": asked("readyz", "Whether requests can be answered", {
      "200": text("Migrated and connected."),
      "503": text("Starting, stopping, or without a database."),
    }),
    "/metrics": {
      get: {
        operationId: "metrics",
        tags: ["Operating"],
        summary: "What the server counts, for Prometheus",
        description: "The metrics token opens it as well as a token with the scope.",
        ...accessOf("ADMIN"),
        responses: {
          "200": text("In Prometheus' text format."),
          "401": refused("No token that opens anything"),
          "403": refused("A token without the scope"),
          "429": { $ref: "#/components/responses/PlainRefusal429" },
          "503": { $ref: "#/components/responses/PlainRefusal503" },
        },
      },
    },
    "/openapi.json": asked("openapi", "This document", {
      "200": {
        description: "OpenAPI 3.1",
        headers: EVERY_ANSWER,
        content: { "application/json": { schema: { type: "object" } } },
      },
    }),
    "/docs": asked("docs", "This document as a page for people", {
      "200": text("The page; it loads nothing from anywhere else.", "text/html"),
    }),
  };
}

/** `components.responses` of what can be asked again later. */
export function plainRefusals(): JsonObject {
  const later = (description: string): JsonObject => {
    const answer = refused(description);
    return { ...answer, headers: { ...EVERY_ANSWER, ...RETRY_AFTER } };
  };
  return {
    PlainRefusal429: later("Too many requests"),
    PlainRefusal503: later("Starting, stopping, or without a database"),
  };
}
