import type { FailureCode, Scope } from "@bincard/contracts";
import type { RefusalAnswer } from "./refusals.ts";
import { refTo } from "./schemas.ts";

/** JSON as the document is made of. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

export const EVERY_ANSWER: JsonObject = {
  "X-Request-Id": { $ref: "#/components/headers/X-Request-Id" },
};
export const RETRY_AFTER: JsonObject = {
  "Retry-After": { $ref: "#/components/headers/Retry-After" },
};
const WITH_WAIT: ReadonlySet<number> = new Set([429, 503]);

export function header(description: string, schema: JsonObject): JsonObject {
  return { description, schema };
}

/** `components.responses` of one door. */
export function refusalResponses(
  door: "Trpc" | "Square",
  { refusals, headers }: { refusals: ReadonlyMap<number, RefusalAnswer>; headers: JsonObject },
): JsonObject {
  const responses = [...refusals].map(([status, { schema, codes }]): [string, JsonObject] => [
    `${door}Refusal${status}`,
    {
      description: `Refused: ${codes.map((code) => `\`${code}\``).join(", ")}`,
      headers: {
        ...headers,
        ...(WITH_WAIT.has(status) ? RETRY_AFTER : {}),
      },
      content: { "application/json": { schema: { ...refTo(schema, "output") } } },
    },
  ]);
  return Object.fromEntries(responses);
}

/** What one operation answers: its own, and a reference for each status it may be refused with. */
export function responsesOf(
  door: "Trpc" | "Square",
  {
    answer,
    met,
    statusOf,
  }: { answer: JsonObject; met: readonly FailureCode[]; statusOf: (code: FailureCode) => number },
): JsonObject {
  const statuses = [...new Set(met.map(statusOf))].toSorted((a, b) => a - b);
  return {
    "200": answer,
    ...Object.fromEntries(
      statuses.map((status) => [
        String(status),
        { $ref: `#/components/responses/${door}Refusal${status}` },
      ]),
    ),
  };
}

/** OpenAPI 3.1 lets a requirement name what the token must carry, whatever the scheme. */
export function accessOf(scope: Scope | null): JsonObject {
  return {
    security: [{ token: scope === null ? [] : [scope] }],
    ...(scope === null ? {} : { "x-scope": scope }),
  };
}
