import { TextDecoder } from "node:util";
import { LIMITS, Refusal, refuse } from "@bincard/contracts";

/**
 * A request's body as text. Reading stops at the limit, whatever the request says its length is, so that a
 * body of 50 MB costs no more memory than one that is permitted. What is not UTF-8 is refused, for mending it
 * would make one text of two; and so is a body whose caller went away before its end.
 * @throws Refusal BODY_TOO_LARGE or MALFORMED_JSON, and INVALID_VALUE when it nests too deep.
 */
export async function readText(
  request: Request,
  limit: number = LIMITS.bodyBytes,
): Promise<string> {
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > limit) throw tooLarge(limit);
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  try {
    for await (const piece of request.body) {
      const chunk = piece as Uint8Array;
      bytes += chunk.byteLength;
      if (bytes > limit) throw tooLarge(limit);
      text += decode(decoder, chunk);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : cutShort();
  }
  // Of a caller that is gone already there is nothing to read, and no error either.
  if (bytes < length) throw cutShort();
  text += decode(decoder);
  return shallow(text);
}

/** Decodes whole bodies, and keeps nothing between them. */
const wholly = new TextDecoder("utf-8", { fatal: true });

/** The same of a body that has been read, and is known to be within the limit. */
export function textOf(body: Uint8Array): string {
  return shallow(decode(wholly, body, "whole"));
}

function shallow(text: string): string {
  if (nestsDeeper(text, LIMITS.bodyDepth)) {
    throw refuse("INVALID_VALUE", `the body nests more than ${LIMITS.bodyDepth} levels deep`);
  }
  return text;
}

/**
 * Whether JSON nests deeper than that, found before it is parsed: eight megabytes of brackets become hundreds of megabytes
 * of lists. Brackets within a string do not count.
 */
export function nestsDeeper(json: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x22: // A string: on to its end.
        at = endOfString(json, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}

/** Where the string that begins here ends; the end of the text when it does not. */
function endOfString(json: string, begin: number): number {
  for (let end = json.indexOf('"', begin + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}

/** The text so far; without a chunk, what is left at the end. */
function decode(decoder: TextDecoder, chunk?: Uint8Array, whole?: "whole"): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined && whole === undefined });
  } catch {
    throw refuse("MALFORMED_JSON", "the body is not UTF-8");
  }
}

function tooLarge(limit: number) {
  return refuse("BODY_TOO_LARGE", `the body must be at most ${limit} bytes`);
}

/** The caller went away: no fault of ours. */
export function cutShort() {
  return refuse("MALFORMED_JSON", "the body could not be read to its end");
}
