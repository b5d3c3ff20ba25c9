import { TextDecoder } from "node:util";
import { LIMITS, refuse } from "@bincard/contracts";

/**
 * A request's body as text. Reading stops at the limit, whatever the request says its length is, so that a
 * body of 50 MB costs no more memory than one that is permitted. What is not UTF-8 is refused, for mending it
 * would make one text of two.
 * @throws Refusal BODY_TOO_LARGE or MALFORMED_JSON.
 */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > LIMITS.bodyBytes) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for await (const piece of request.body) {
    const chunk = piece as Uint8Array;
    bytes += chunk.byteLength;
    if (bytes > LIMITS.bodyBytes) throw tooLarge();
    text += decode(decoder, chunk);
  }
  return text + decode(decoder);
}

/** The text so far; without a chunk, what is left at the end. */
function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw refuse("MALFORMED_JSON", "the body is not UTF-8");
  }
}

function tooLarge() {
  return refuse("BODY_TOO_LARGE", `the body must be at most ${LIMITS.bodyBytes} bytes`);
}
