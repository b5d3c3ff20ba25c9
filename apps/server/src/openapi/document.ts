import { LIMITS, SCOPES } from "@bincard/contracts";
import { VERSION } from "../version.ts";
import { header, type JsonObject, EVERY_ANSWER, refusalResponses } from "./answers.ts";
import { plainPaths, plainRefusals } from "./plain-paths.ts";
import { squareRefusals, trpcRefusals } from "./refusals.ts";
import { schemas } from "./schemas.ts";
import { toJson, trpcPaths } from "./trpc-paths.ts";
import { SQUARE_HEADERS, squarePaths } from "./v2-paths.ts";

const DESCRIPTION = `
An append-only inventory ledger. People report changes (a physical count, an adjustment, a transfer); a count is what the changes say now.
Every operation is at two doors: tRPC at \`/trpc\`, and Square's Inventory, Catalog and Locations APIs at \`/v2\`.

**Tokens.** \`Authorization: Bearer …\`. What a token must carry for an operation stands beside it; a token lacking it is refused with 403.
The scopes: ${SCOPES.map((scope) => `\`${scope}\``).join(", ")}.

**Once.** A write that has an idempotency key has one effect for ever under it, across retries, crashes, lost answers and concurrent duplicates.
The same key with the same body answers the same changes again; with another body it is refused. A refusal that came from stored state is
the key's answer from then on; a malformed request leaves the key free. Writes without a key are not to be retried blindly.

**Refusals.** One closed vocabulary of codes, in order of precedence: a request that is wrong in several ways is refused with the first and lists
the others behind it (${LIMITS.failuresPerRefusal} at most), each with its place. 429 and 503 carry \`Retry-After\` in seconds: the same request may be sent
again then, with the same key.

**Exact.** Quantities are decimals as text, with up to ${LIMITS.quantityPlaces} places and ${LIMITS.quantityCharacters} characters. Times are RFC 3339 and keep microseconds.

**Square's dialects.** The \`Square-Version\` header chooses: older than 2026-07-15, or absent, is A; from that date on it is B. Where they differ, a
schema has both, under \`x-dialects\`. A null in a request is read as absent; nothing in an answer is null but what was carried along as it came.

**Batches of tRPC.** \`/trpc/counts.list,locations.list?batch=1\` carries up to ${LIMITS.callsPerTrpcBatch} calls of one kind, with their inputs under "0", "1" and so on, and
answers a list of what each would have answered alone; the status is 207 where they differ.
`.trim();

/** The whole product's interface as OpenAPI 3.1, from the contracts and the Square door's own table. */
export function openApiDocument(): JsonObject {
  return {
    openapi: "3.1.1",
    info: {
      title: "Bincard",
      version: VERSION,
      summary: "An append-only inventory ledger",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This server" }],
    security: [{ token: [] }],
    paths: { ...trpcPaths(), ...squarePaths(), ...plainPaths() },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of Bincard's." },
      },
      parameters: { SquareVersion },
      headers,
      responses: {
        ...refusalResponses("Trpc", { refusals: trpcRefusals, headers: EVERY_ANSWER }),
        ...plainRefusals(),
        ...refusalResponses("Square", { refusals: squareRefusals, headers: SQUARE_HEADERS }),
      },
      schemas: toJson(schemas()),
    },
  };
}

const date = { type: "string", format: "date" } as const;
const SquareVersion: JsonObject = {
  name: "Square-Version",
  in: "header",
  description: "Any calendar date. Before 2026-07-15, or absent: dialect A; from then on B.",
  schema: date,
  examples: { A: { value: "2026-05-20" }, B: { value: "2026-09-16" } },
};
const headers: JsonObject = {
  "X-Request-Id": header("The caller's own, when it sent a usable one; otherwise ours.", {
    type: "string",
    pattern: String.raw`^[\w.:-]{1,64}$`,
  }),
  "Square-Version": header("The version this answer speaks.", date),
  "Bincard-Position": header(
    "The merchant's position once the batch was in: a reader of the feed that has come so far has all of it.",
    { type: "integer", minimum: 0 },
  ),
  "Retry-After": header("Seconds to wait before the same request is sent again.", {
    type: "string",
    pattern: String.raw`^\d+$`,
  }),
};
