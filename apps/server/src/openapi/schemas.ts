import { nouns, type Operation, operations } from "@bincard/contracts";
import * as z from "zod";
import { SQUARE_NOUNS, type Shapes } from "../square/answers.ts";
import { ENDPOINTS } from "../square/routes.ts";
import { wireObject } from "../square/wire-catalog.ts";
import { wireChange } from "../square/wire-change.ts";
import { operationId } from "./operation-id.ts";
import { plainRefusal, squareRefusals, trpcRefusals } from "./refusals.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;
export interface Reference {
  readonly $ref: string;
}
/** A request is described as it is written, an answer as it is read. */
export type Side = "input" | "output";

type Named = ReturnType<typeof emptyNames>;
const emptyNames = () => z.registry<{ id: string }>();

const SQUARE_INPUT_NOUNS = {
  NewInventoryChangeA: wireChange.A,
  NewInventoryChangeB: wireChange.B,
  NewSquareCatalogObject: wireObject,
} as const;

/** Every schema that has a name in the document: nouns first, so that the rest refers to them. */
const names: Readonly<Record<Side, Named>> = { input: emptyNames(), output: emptyNames() };
for (const [noun, schema] of Object.entries({ ...nouns.input, ...SQUARE_INPUT_NOUNS }))
  names.input.add(schema, { id: noun });
for (const [noun, schema] of Object.entries({ ...nouns.output, ...SQUARE_NOUNS }))
  names.output.add(schema, { id: noun });
for (const [noun, schema] of Object.entries(nouns.both)) {
  names.input.add(schema, { id: noun });
  names.output.add(schema, { id: noun });
}
for (const [name, { input, output }] of namedOperations()) {
  nameOnce(input, { side: "input", id: `${name}.input` });
  nameOnce(output, { side: "output", id: `${name}.output` });
}
for (const endpoint of ENDPOINTS) {
  const { body, answer } = endpoint.shape;
  const id = operationId(endpoint);
  if (body !== undefined) nameShapes(body, { side: "input", id: `${id}.body` });
  nameShapes(answer, { side: "output", id: `${id}.answer` });
}
for (const [status, { schema }] of trpcRefusals)
  names.output.add(schema, { id: `TrpcRefusal${status}` });
names.output.add(plainRefusal, { id: "PlainRefusal" });
for (const [status, { schema }] of squareRefusals)
  names.output.add(schema, { id: `SquareRefusal${status}` });

/** A schema that several operations share keeps the name it was first given. */
function nameOnce(schema: z.ZodType, { side, id }: { side: Side; id: string }): void {
  if (!names[side].has(schema)) names[side].add(schema, { id });
}

function nameShapes(shapes: Shapes, { side, id }: { side: Side; id: string }): void {
  if (shapes instanceof z.ZodType) return nameOnce(shapes, { side, id });
  nameOnce(shapes.A, { side, id: `${id}.A` });
  nameOnce(shapes.B, { side, id: `${id}.B` });
}

/** `["changes.create", …]` and the rest. */
export function namedOperations(): readonly (readonly [string, Operation])[] {
  return Object.entries(operations).flatMap(([room, verbs]) =>
    Object.entries<Operation>(verbs).map(([verb, operation]) => [`${room}.${verb}`, operation]),
  );
}

const place = (id: string) => `#/components/schemas/${id}`;

/** Where the document has this schema. */
export function refTo(schema: z.ZodType, side: Side): Reference {
  const id = names[side].get(schema)?.id;
  if (id === undefined) throw new Error(`a schema of the ${side} has no name in the document`);
  return { $ref: place(id) };
}

/** `components.schemas`. */
export function schemas(): Readonly<Record<string, JsonSchema>> {
  const all: Record<string, JsonSchema> = {};
  for (const side of ["input", "output"] as const) {
    const described = z.toJSONSchema(names[side], {
      io: side,
      // What only a program can check (a transition of states, a depth) has no JSON Schema.
      unrepresentable: "any",
      uri: place,
    });
    for (const [id, { $schema: _, $id: __, ...schema }] of Object.entries(described.schemas)) {
      if (id in all && JSON.stringify(all[id]) !== JSON.stringify(schema))
        throw new Error(`${id} is not the same in requests and in answers`);
      all[id] = schema;
    }
  }
  return all;
}
