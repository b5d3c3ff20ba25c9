import { createHash, timingSafeEqual } from "node:crypto";
import { type Principal, refuse } from "@bincard/contracts";
import { bearerIn } from "./bearer.ts";
import type { Reception, Visit } from "./reception.ts";

export interface Scrape {
  readonly reception: Reception;
  /** A secret that opens the metrics and nothing else. */
  readonly metricsToken: string | undefined;
}

/**
 * `GET /metrics`, for Prometheus: to whoever brings the metrics token, which does not need the database, or a token with
 * the scope ADMIN. What it counts is of all merchants, so no merchant's token opens it.
 * @throws Refusal as any door does, and INSUFFICIENT_SCOPE.
 */
export async function scrape(
  { reception, metricsToken }: Scrape,
  visit: Visit,
  authorization: string | undefined,
): Promise<Response> {
  if (!isMetricsToken(authorization, metricsToken)) {
    mayScrape(await reception.identify(visit, authorization));
  }
  const { text, contentType } = await reception.metrics.page();
  return new Response(text, { headers: { "Content-Type": contentType } });
}

function mayScrape({ scopes }: Principal): void {
  if (scopes.includes("ADMIN")) return;
  throw refuse(
    "INSUFFICIENT_SCOPE",
    "the metrics take the metrics token, or one with the scope ADMIN",
  );
}

/** In a time that does not tell how much of it was right. */
function isMetricsToken(authorization: string | undefined, wanted: string | undefined): boolean {
  const given = bearerIn(authorization);
  if (given === undefined || wanted === undefined) return false;
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
