import fc from "fast-check";
import { asJson, at, fieldsOf, isObject, type Json } from "./json.ts";
import { plausible } from "./plausible.ts";
import { resolved } from "./the-document.ts";
import { likely } from "./words.ts";

/** Where in a request a schema stands: it decides what a text there is likely to mean. */
export interface Place {
  readonly operation: string;
  readonly field: string;
}

const known = new Map<string, fc.Arbitrary<Json>>();

/** Values that a JSON Schema of the document permits, most of them meaningful to the server. */
export function fromSchema(schema: unknown, place: Place): fc.Arbitrary<Json> {
  const ref = at(schema, "$ref");
  if (typeof ref === "string") {
    const name = `${place.operation} ${place.field} ${ref}`;
    const found = known.get(name) ?? fromSchema(resolved(ref.slice(1)).value, place);
    known.set(name, found);
    return found;
  }
  if (!isObject(schema) || Object.keys(schema).length === 0) return anything;
  const forms = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(forms)) return fc.oneof(...forms.map((form) => fromSchema(form, place)));
  if ("const" in schema) return fc.constant(asJson(schema["const"]));
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"].map(asJson));
  switch (schema["type"]) {
    case "object":
      return objectOf(schema, place);
    case "array":
      return listOf(schema, place);
    case "string":
      return textOf(schema, place);
    case "integer":
      return fc.integer(bounds(schema));
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return anything;
  }
}

/** What a field that nobody reads may hold. */
const anything: fc.Arbitrary<Json> = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom<Json>("", "text", 7, true, {}, []) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  )
  .map(asJson);

function bounds(schema: Readonly<Record<string, unknown>>) {
  const { minimum, maximum, exclusiveMinimum } = schema;
  const lowest =
    typeof minimum === "number"
      ? minimum
      : typeof exclusiveMinimum === "number"
        ? exclusiveMinimum + 1
        : -1_000;
  // A page of a few says as much as one of a thousand, and is read faster.
  const highest = typeof maximum === "number" ? Math.min(maximum, lowest + 40) : 1_000;
  return { min: lowest, max: highest };
}

/** What teams call fields of their own: anything, and now and then what has a meaning somewhere else. */
const otherName = fc.oneof(
  fc.stringMatching(/^[a-z_]{1,10}$/),
  fc.constantFrom("description", "name", "sku", "upc", "item_id", "variations", "timezone", "id"),
  fc.constantFrom(
    "type",
    "version",
    "status",
    "updated_at",
    "constructor",
    "toString",
    "merchant_id",
  ),
);

function objectOf(
  schema: Readonly<Record<string, unknown>>,
  { operation }: Place,
): fc.Arbitrary<Json> {
  const properties = fieldsOf(schema["properties"]).filter(
    ([, field]) => !isObject(at(field, "not")),
  );
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const model = Object.fromEntries(
    properties.map(([field, inside]) => [field, fromSchema(inside, { operation, field })]),
  );
  const fields: fc.Arbitrary<Record<string, Json>> = fc
    .tuple(fc.record<Record<string, Json>>(model, { requiredKeys: required }), fc.nat({ max: 999 }))
    .map(([made, choice]) => ({ ...plausible(made, choice) }));
  if (!isObject(schema["additionalProperties"])) return fields;
  const more = fc.dictionary(otherName, anything, { maxKeys: 2 });
  return fc.tuple(more, fields).map(([others, named]) => ({ ...others, ...named }));
}

function listOf(schema: Readonly<Record<string, unknown>>, place: Place): fc.Arbitrary<Json> {
  const minLength = Number(schema["minItems"] ?? 0);
  const maxItems = Number(schema["maxItems"] ?? 4);
  const maxLength = Math.max(minLength, Math.min(maxItems, 4));
  return fc.array(fromSchema(schema["items"], place), { minLength, maxLength });
}

function textOf(
  schema: Readonly<Record<string, unknown>>,
  { field, operation }: Place,
): fc.Arbitrary<Json> {
  const meant = likely(field, operation);
  const free = freeText(schema);
  return meant === undefined
    ? free
    : fc.oneof({ weight: 24, arbitrary: meant }, { weight: 1, arbitrary: free });
}

/** Of every kind that text handling has gone wrong on: plain, accented, wide, joined, right to left, outside the BMP. */
const letter = fc.constantFrom(
  ...Array.from("abcXYZ059 _-.,:;/\\'\"<>&%#@$*?![]{}()|~^`+="),
  ...Array.from(
    "\u00e9\u00df\u0130\u0131\u017f\u01c5\u03c2\u0416\u05d0\u0627\u0e01\u0915\u6f22\uac00\uff10\u2028\u200d\u00a0\u0301\ufffd",
  ),
  "e\u0301",
  "\u{1F375}",
  "\u{1F469}\u200d\u{1F52C}",
  "\u{10FFFF}",
);

function freeText(schema: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const minLength = Number(schema["minLength"] ?? 0);
  const maxLength = Number(schema["maxLength"] ?? 40);
  if (schema["format"] === "date-time")
    return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const { pattern } = schema;
  if (typeof pattern === "string")
    return fc
      .stringMatching(new RegExp(pattern, "s"))
      .map((text) => text.slice(0, maxLength))
      .filter((text) => text.length >= minLength);
  const short = fc.string({ unit: letter, minLength, maxLength: Math.min(maxLength, 12) });
  // As long as it may be, and no longer.
  const longest = fc
    .constantFrom("x", "\u00e9", "\u6f22")
    .map((letter) => letter.repeat(maxLength));
  return fc.oneof({ weight: 30, arbitrary: short }, { weight: 1, arbitrary: longest });
}
