import { LIMITS, operations } from "@bincard/contracts";
import * as z from "zod";
import type { Shapes } from "../square/answers.ts";
import type { Endpoint } from "../square/call.ts";
import { ENDPOINTS } from "../square/routes.ts";
import { accessOf, EVERY_ANSWER, type JsonObject, responsesOf } from "./answers.ts";
import { operationId } from "./operation-id.ts";
import { refusalsMet, squareStatusOf } from "./refusals.ts";
import { refTo, type Side } from "./schemas.ts";
import { squareExample } from "./v2-examples.ts";

/** Every answer of this door names the version it speaks. */
export const SQUARE_HEADERS: JsonObject = {
  ...EVERY_ANSWER,
  "Square-Version": { $ref: "#/components/headers/Square-Version" },
};

/** What is recorded has a position, for which Square's answer has no field. */
const RECORDED_HEADERS: JsonObject = {
  ...SQUARE_HEADERS,
  "Bincard-Position": { $ref: "#/components/headers/Bincard-Position" },
};

/** `/v2/…`, from the very table that the door is made of. */
export function squarePaths(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const endpoint of ENDPOINTS) {
    const path = pathOf(endpoint);
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) };
  }
  return paths;
}

/** `/v2/inventory/{catalog_object_id}`: the parameter under Square's name. */
export function pathOf({ path, shape }: Endpoint): string {
  return `/v2${path.replace(":id", `{${shape.parameter ?? "id"}}`)}`;
}

function operationOf(endpoint: Endpoint): JsonObject {
  const { shape, operation } = endpoint;
  const { summary, deprecated, body, refusals } = shape;
  const hasBody = body !== undefined;
  const met = refusalsMet({ hasBody, hasScope: operation.scope !== null, refusals });
  return {
    operationId: operationId(endpoint),
    tags: [`Square: ${endpoint.path.split("/")[1] ?? ""}`],
    summary,
    ...(deprecated === undefined ? {} : { deprecated: true, description: deprecated }),
    ...accessOf(operation.scope),
    parameters: parametersOf(endpoint),
    ...(hasBody ? { requestBody: { required: true, content: bodyOf(endpoint, body) } } : {}),
    responses: responsesOf("Square", {
      answer: {
        description: "Answered",
        headers: operation === operations.changes.create ? RECORDED_HEADERS : SQUARE_HEADERS,
        content: { "application/json": { schema: schemaOf(shape.answer, "output") } },
      },
      met,
      statusOf: squareStatusOf,
    }),
  };
}

function parametersOf({ shape, query = [] }: Endpoint): readonly JsonObject[] {
  const version = { $ref: "#/components/parameters/SquareVersion" };
  const inPath = shape.parameter === undefined ? [] : [{ ...ID, name: shape.parameter }];
  return [version, ...inPath, ...query.map((name) => ({ name, in: "query", ...QUERY[name] }))];
}

const ID = {
  in: "path",
  required: true,
  schema: { type: "string", minLength: 1, maxLength: 100 },
} as const;

const IDS = { schema: { type: "string" }, description: "Ids, with commas between them." } as const;
const NO_VERSIONS = {
  schema: { not: {} },
  description: "Refused: Bincard keeps the current version of an object only.",
} as const;
const QUERY: Readonly<Record<string, JsonObject>> = {
  cursor: { schema: { type: "string" }, description: "Of the page before this one." },
  location_ids: IDS,
  location_id: IDS,
  types: { schema: { type: "string" }, description: "Types, with commas between them." },
  include_related_objects: { schema: { type: "boolean", default: false } },
  include_category_path_to_root: { description: "Taken and not read.", schema: {} },
  catalog_version: NO_VERSIONS,
  api_version: { description: "Taken and not read.", schema: {} },
  include_disabled: { schema: { type: "boolean", default: false } },
  sort_order: { schema: { type: "string", enum: ["ASC", "DESC"], default: "ASC" } },
  limit: {
    schema: {
      type: "integer",
      minimum: 1,
      maximum: LIMITS.pageSizeMax,
      default: LIMITS.pageSizeDefault,
    },
  },
};

function bodyOf(endpoint: Endpoint, body: Shapes): JsonObject {
  const example = squareExample(operationId(endpoint));
  return {
    "application/json": {
      schema: schemaOf(body, "input"),
      ...(example === undefined ? {} : { example }),
    },
  };
}

/** One shape, or the two dialects' under the names `x-dialects` gives them. */
function schemaOf(shapes: Shapes, side: Side): JsonObject {
  if (shapes instanceof z.ZodType) return { ...refTo(shapes, side) };
  const dialects = { A: { ...refTo(shapes.A, side) }, B: { ...refTo(shapes.B, side) } };
  return { anyOf: [dialects.A, dialects.B], "x-dialects": dialects };
}
