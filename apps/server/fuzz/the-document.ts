import { openApiDocument } from "../src/openapi/document.ts";
import { asJson, at, fieldsOf, isObject, type Json } from "./json.ts";

/** The document as anyone would read it: from its text. */
export const DOCUMENT: Json = asJson(openApiDocument());

export interface Documented {
  /** `/v2/inventory/{catalog_object_id}` */
  readonly path: string;
  readonly method: string;
  /** Where in the document its operation stands. */
  readonly pointer: string;
  readonly operation: Readonly<Record<string, unknown>>;
  readonly matches: RegExp;
}

const METHODS = ["get", "post", "put", "delete"];

function escaped(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
}

function documented(): Documented[] {
  return fieldsOf(at(DOCUMENT, "paths")).flatMap(([path, item]) =>
    METHODS.flatMap((method): Documented[] => {
      const operation = at(item, method);
      if (!isObject(operation)) return [];
      const pattern = escaped(path).replaceAll(/\{[^}]*\}/g, "[^/]+");
      const pointer = `/paths/${path.replaceAll("/", "~1")}/${method}`;
      return [{ path, method, pointer, operation, matches: new RegExp(`^${pattern}$`) }];
    }),
  );
}

/** Every operation there is; literal paths before those with a parameter, as the doors look at them. */
export const OPERATIONS: readonly Documented[] = documented().toSorted(
  (a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")),
);

const LITERAL = new Set(OPERATIONS.map(({ path }) => path).filter((path) => !path.includes("{")));
const WITH_PARAMETER = OPERATIONS.filter(({ path }) => path.includes("{"));
const BY_NAME = new Map(OPERATIONS.map((known) => [`${known.method} ${known.path}`, known]));

/** The operation that a request's method and path name; HEAD is a GET without its body. */
export function operationAt(method: string, path: string): Documented | undefined {
  const asked = method === "HEAD" ? "get" : method.toLowerCase();
  // A path of its own is never somebody's id, by whatever method it is asked.
  const own = LITERAL.has(path)
    ? path
    : WITH_PARAMETER.find((known) => known.matches.test(path))?.path;
  return own === undefined ? undefined : BY_NAME.get(`${asked} ${own}`);
}

/** What a `$ref` of the document points at, and where that is. */
export function resolved(pointer: string): { readonly pointer: string; readonly value: unknown } {
  const path = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = at(DOCUMENT, ...path);
  const ref = at(value, "$ref");
  return typeof ref === "string" ? resolved(ref.slice(1)) : { pointer, value };
}
