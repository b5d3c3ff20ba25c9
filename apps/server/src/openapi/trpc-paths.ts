import type { Operation } from "@bincard/contracts";
import { accessOf, EVERY_ANSWER, type JsonObject, responsesOf } from "./answers.ts";
import { refusalsMet, trpcStatusOf } from "./refusals.ts";
import { namedOperations, refTo } from "./schemas.ts";
import { wordsOf } from "./trpc-words.ts";

const JSON_TYPE = "application/json";

/** `/trpc/<room>.<verb>`: a mutation by POST, whatever only asks by GET or POST. */
export function trpcPaths(): JsonObject {
  return Object.fromEntries(
    namedOperations().map(([name, operation]) => [`/trpc/${name}`, pathOf(name, operation)]),
  );
}

function pathOf(name: string, operation: Operation): JsonObject {
  const post = byPost(name, operation);
  return operation.kind === "mutation" ? { post } : { get: byGet(name, operation), post };
}

function byGet(name: string, operation: Operation): JsonObject {
  const { input } = wordsOf(name);
  const schema = { ...refTo(operation.input, "input") };
  const parameter = {
    name: "input",
    in: "query",
    description: "The input as JSON; without it, an input without fields.",
    required: hasRequired(operation),
    content: { [JSON_TYPE]: { schema, example: toJson(input) } },
  };
  return {
    ...common(name, operation),
    operationId: name,
    parameters: [parameter],
    responses: responses(name, { operation, hasBody: false }),
  };
}

function byPost(name: string, operation: Operation): JsonObject {
  const { input } = wordsOf(name);
  const schema = { ...refTo(operation.input, "input") };
  return {
    ...common(name, operation),
    operationId: operation.kind === "mutation" ? name : `${name}.post`,
    requestBody: {
      required: hasRequired(operation),
      content: { [JSON_TYPE]: { schema, example: toJson(input) } },
    },
    responses: responses(name, { operation, hasBody: true }),
  };
}

function common(name: string, { scope, kind }: Operation): JsonObject {
  const { summary, description } = wordsOf(name);
  const [room = name] = name.split(".");
  return {
    tags: [`tRPC: ${room}`],
    summary,
    ...(description === undefined ? {} : { description }),
    "x-kind": kind,
    ...accessOf(scope),
  };
}

function hasRequired({ input }: Operation): boolean {
  return !input.safeParse({}).success;
}

function responses(
  name: string,
  { operation, hasBody }: { operation: Operation; hasBody: boolean },
): JsonObject {
  const { answer, refusals } = wordsOf(name);
  const met = refusalsMet({ hasBody, hasScope: operation.scope !== null, refusals });
  const data = { ...refTo(operation.output, "output") };
  const content =
    operation.kind === "subscription"
      ? { "text/event-stream": { schema: { type: "string" }, "x-event-data": data } }
      : {
          [JSON_TYPE]: {
            schema: resultOf(data),
            example: { result: { data: toJson(answer) } },
          },
        };
  const answered = { description: "Answered", headers: EVERY_ANSWER, content };
  return responsesOf("Trpc", { answer: answered, met, statusOf: trpcStatusOf });
}

/** tRPC's envelope of a result. */
function resultOf(data: JsonObject): JsonObject {
  const closed = { type: "object", additionalProperties: false };
  const result = { ...closed, required: ["data"], properties: { data } };
  return { ...closed, required: ["result"], properties: { result } };
}

/** An example as it travels: what is undefined is absent. */
export function toJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
