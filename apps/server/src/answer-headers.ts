import { REQUEST_ID_HEADER } from "./request-id.ts";

/** Answers are data for one caller: never a page, never in a frame, never in a cache. */
export const ON_EVERY_ANSWER: readonly (readonly [name: string, value: string])[] = [
  ["Cache-Control", "no-store"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
];

/** Puts them on, and the request's id. What a page of ours has set for itself stays. */
export function stamp(headers: Headers, requestId: string): void {
  headers.set(REQUEST_ID_HEADER, requestId);
  for (const [name, value] of ON_EVERY_ANSWER) if (!headers.has(name)) headers.set(name, value);
}
