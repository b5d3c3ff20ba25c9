import * as z from "zod";

/**
 * Text of a request, stored and answered verbatim. Postgres keeps every Unicode text but two: a NUL
 * character, and half of a surrogate pair. Both are refused here as INVALID_VALUE, before anything
 * is asked of a database that would fail on them.
 */
const UNSTORABLE = /[\0\uD800-\uDFFF]/u;

export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** Text of at most so many characters (UTF-16 units); may be empty. */
export function text(charactersMax: number): z.ZodString {
  return z
    .string()
    .max(charactersMax)
    .refine(isStorable, "must not contain a NUL character or half of a surrogate pair");
}

/** Text of at most so many characters, and at least one. */
export function someText(charactersMax: number): z.ZodString {
  return text(charactersMax).min(1);
}
