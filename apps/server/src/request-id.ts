import { randomUUID } from "node:crypto";

export const REQUEST_ID_HEADER = "X-Request-Id";
/** What a log and a header can carry without a thought. */
const SENSIBLE = /^[\w.:-]{1,64}$/;

/** The name of a request, in its answer and in our log: the caller's own when it is a sensible one. */
export function requestIdOf(sent: string | null | undefined): string {
  return typeof sent === "string" && SENSIBLE.test(sent) ? sent : randomUUID();
}
