import { LIMITS, refuse } from "@bincard/contracts";

/**
 * A request's body as text. Reading stops at the limit, whatever the request says its length is, so that a
 * body of 50 MB costs no more memory than one that is permitted.
 * @throws Refusal BODY_TOO_LARGE.
 */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > LIMITS.bodyBytes) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of request.body) {
    const chunk = piece as Uint8Array;
    bytes += chunk.byteLength;
    if (bytes > LIMITS.bodyBytes) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge() {
  return refuse("BODY_TOO_LARGE", `the body must be at most ${LIMITS.bodyBytes} bytes`);
}
