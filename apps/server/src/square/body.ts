import { LIMITS, refuse } from "@bincard/contracts";
import { readText } from "../body.ts";

/** What an object may carry along nests this deep, within fewer than 16 levels of Square's own. */
const NESTING_MAX = LIMITS.extraDepth + 16;

/**
 * The JSON object a POST or PUT carries, without its null members: in Square's schemas null and absent say
 * the same. `onRead` is told how long it was, and waited for. Refuses UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE and MALFORMED_JSON.
 */
export async function readBody(
  request: Request,
  onRead: (bytes: number) => Promise<void> | undefined = () => undefined,
): Promise<object> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
    throw refuse("UNSUPPORTED_MEDIA_TYPE", "the body must be application/json");
  const text = await readText(request);
  await onRead(Buffer.byteLength(text));
  return objectOf(text);
}

/** The same of a body's text. */
export function objectOf(text: string): object {
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw refuse("MALFORMED_JSON", "the body must be a JSON object");
  dropNulls(body);
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("MALFORMED_JSON", "the body is not JSON");
  }
}

/**
 * Members that are null go; entries of arrays stay, since their places mean something. Done in place: nearly
 * every body has none, and nobody else has seen it yet.
 */
function dropNulls(members: object, depth = 1): void {
  if (depth > NESTING_MAX)
    throw refuse("INVALID_VALUE", `the body nests more than ${NESTING_MAX} levels deep`);
  for (const name of Object.keys(members)) {
    const value: unknown = Reflect.get(members, name);
    if (typeof value !== "object") continue;
    if (value !== null) dropNulls(value, depth + 1);
    else if (!Array.isArray(members)) Reflect.deleteProperty(members, name);
  }
}
