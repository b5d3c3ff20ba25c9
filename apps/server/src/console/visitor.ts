import { type Principal, refuse } from "@bincard/contracts";
import type { Reception, Visit } from "../reception.ts";
import { sessionIn } from "./cookie.ts";

/** Pages of ours send it with everything they ask; no other site's page can, unless we let it. */
export const CONSOLE_HEADER = "x-bincard-console";

/**
 * Who is asking at a door that takes the console's cookie beside bearer tokens: `/trpc`, and no other.
 * @throws Refusal as `Reception.identify` does; UNAUTHENTICATED for a cookie that another site's page brings.
 */
export async function identifyVisitor(
  { headers, url }: Request,
  visit: Visit,
  reception: Reception,
): Promise<Principal> {
  const authorization = headers.get("authorization");
  if (authorization !== null || !headers.has(CONSOLE_HEADER))
    return reception.identify(visit, authorization);
  return reception.identifySession(visit, sessionOf({ headers, url }));
}

/**
 * The secret of the session that a page of ours asks with.
 * @throws Refusal UNAUTHENTICATED when it is no page of ours, or nobody is signed in there.
 */
export function sessionOf(request: Pick<Request, "headers" | "url">): string {
  mustBeOurPage(request);
  const secret = sessionIn(request);
  if (secret === undefined) throw refuse("UNAUTHENTICATED", "nobody is signed in at this console");
  return secret;
}

/**
 * A browser says where a request comes from: `Sec-Fetch-Site` where it speaks to a trustworthy origin (https, or this
 * very machine), else `Origin` with everything but reads. The header of ours is the first wall in any case: another
 * site's page cannot send it without asking first, and nobody is told yes.
 */
export function mustBeOurPage({ headers, url }: Pick<Request, "headers" | "url">): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const isOurs =
    headers.has(CONSOLE_HEADER) &&
    (site === null || site === "same-origin") &&
    (origin === null || hostOf(origin) === new URL(url).host || site === "same-origin");
  if (!isOurs) throw refuse("UNAUTHENTICATED", "only the console's own pages may ask this");
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
