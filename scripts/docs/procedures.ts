import { type Operation, operations } from "@bincard/contracts";
import * as z from "zod";
import { code, page, table } from "./markdown.ts";

const INTRODUCTION = `
Each procedure is at ${code("/trpc/<room>.<verb>")}. Queries are asked by GET with ${code("?input=<JSON>")}; mutations by POST with the input as the JSON
body. The answer is ${code('{ "result": { "data": … } }')}, a refusal ${code('{ "error": … }')} (see ${code("docs/reference/errors.md")}). There is no transformer: what is
documented is what travels. ${code("contract.snapshot.json")} has the full JSON Schema of every input and answer.

All of it, and the Square door with it, is an OpenAPI 3.1 document: ${code("docs/reference/openapi.json")}. A server answers it at
${code("/openapi.json")}, and shows it as a page at ${code("/docs")}, which loads nothing from anywhere else.
`;

/** As much of JSON Schema as the contracts make use of. */
const jsonSchema = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  const: z.json().optional(),
  default: z.json().optional(),
  enum: z.array(z.string()).optional(),
  required: z.array(z.string()).optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  get items() {
    return jsonSchema.optional();
  },
  get anyOf() {
    return z.array(jsonSchema).optional();
  },
  get oneOf() {
    return z.array(jsonSchema).optional();
  },
  get properties() {
    return z.record(z.string(), jsonSchema).optional();
  },
});
type Schema = z.output<typeof jsonSchema>;

/** Every operation: its kind, its scope, its input's fields. */
export function proceduresPage(): string {
  const rooms = Object.entries(operations).flatMap(([room, verbs]) =>
    Object.entries<Operation>(verbs).map(([verb, operation]) =>
      section(`${room}.${verb}`, operation),
    ),
  );
  const from = code("packages/contracts/src/operations.ts");
  return page("Procedures", { from, body: `${INTRODUCTION}\n${rooms.join("\n\n")}` });
}

function section(name: string, operation: Operation): string {
  const scope = operation.scope === null ? "any valid token" : `scope ${code(operation.scope)}`;
  const answer = Object.keys(propertiesOf(operation.output, "output")).map(code).join(", ");
  const fields = Object.entries(propertiesOf(operation.input, "input"));
  const required = new Set(schemaOf(operation.input, "input").required ?? []);
  const rows = fields.map(([field, schema]) => [
    code(field),
    required.has(field) ? "yes" : "no",
    sentence(schema),
  ]);
  const input =
    rows.length === 0 ? "No input." : table(["input", "required", "what it takes"], rows);
  return `## ${name}\n\nA ${operation.kind}; ${scope}. Answers ${answer}.\n\n${input}`;
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Schema {
  return jsonSchema.parse(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
}

function propertiesOf(schema: z.ZodType, io: "input" | "output"): Readonly<Record<string, Schema>> {
  return schemaOf(schema, io).properties ?? {};
}

/** A JSON Schema in a phrase; objects by their fields' names. */
function sentence(schema: Schema): string {
  const preset =
    schema.default === undefined ? "" : `; ${code(JSON.stringify(schema.default))} when left out`;
  return `${phrase(schema)}${preset}`;
}

function phrase(schema: Schema): string {
  if (schema.description !== undefined) return schema.description;
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return `one of ${schema.enum.map(code).join(", ")}`;
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) return forms.map(phrase).join(", or ");
  if (schema.type === "array" && schema.items?.enum !== undefined)
    return `${bounds(schema.minItems, schema.maxItems)} of ${schema.items.enum.map(code).join(", ")}`;
  if (schema.type === "array")
    return `${bounds(schema.minItems, schema.maxItems)} of ${phrase(schema.items ?? {})}`;
  if (schema.properties !== undefined) return objectPhrase(schema);
  if (schema.type === "string")
    return `text${span(schema.minLength, schema.maxLength, "characters")}`;
  if (schema.type === "integer") return `a whole number${span(schema.minimum, schema.maximum, "")}`;
  return schema.type ?? "JSON";
}

function objectPhrase({ properties = {}, required = [] }: Schema): string {
  const fields = Object.entries(properties).map(([name, schema]) =>
    schema.const === undefined
      ? `${name}${required.includes(name) ? "" : "?"}`
      : `${name}: ${JSON.stringify(schema.const)}`,
  );
  return code(`{ ${fields.join(", ")} }`);
}

function bounds(least: number | undefined, most: number | undefined): string {
  return most === undefined
    ? "a list"
    : `a list (${least ?? 0} to ${most.toLocaleString("en-US")})`;
}

function span(least: number | undefined, most: number | undefined, unit: string): string {
  if (most === undefined || most === Number.MAX_SAFE_INTEGER) return "";
  return ` of ${least ?? 0} to ${most.toLocaleString("en-US")}${unit === "" ? "" : ` ${unit}`}`;
}
