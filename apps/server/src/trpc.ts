import { answerRefusal, refusalOf, retryAfterSeconds, router } from "@bincard/api";
import { LIMITS, Refusal, refuse } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { authenticate } from "./auth.ts";
import { readText } from "./body.ts";

export const TRPC_PATH = "/trpc";

/** Told of every error that is a fault of ours, with the operation it happened in. */
export type ReportFault = (error: unknown, operation: string | undefined) => void;

/**
 * One request at the tRPC door. Every answer has the shape that the router's error formatter gives
 * it. Who asks is settled before anything else: UNAUTHENTICATED comes before UNKNOWN_OPERATION.
 * Queries may be asked by POST as well as by GET, because a filter of a thousand ids does not fit a
 * URL.
 */
export async function answerTrpc(
  request: Request,
  { ledger, reportFault }: { ledger: OpenLedger; reportFault: ReportFault },
): Promise<Response> {
  const entered = await enter(request, ledger).catch((error: unknown) => {
    const refusal = refusalOf(getTRPCErrorFromUnknown(error));
    if (refusal.code === "INTERNAL") reportFault(error, undefined);
    return refusal;
  });
  if (entered instanceof Refusal) return answerRefusal(entered);
  const answer = await fetchRequestHandler({
    endpoint: TRPC_PATH,
    router,
    req: entered.request,
    allowMethodOverride: true,
    maxBatchSize: LIMITS.callsPerTrpcBatch,
    createContext: () => ({ ledger, principal: entered.principal }),
    onError({ error, path }) {
      if (refusalOf(error).code === "INTERNAL") reportFault(error.cause ?? error, path);
    },
    responseMeta({ errors }) {
      const seconds = retryAfterSeconds(errors);
      return seconds === undefined
        ? {}
        : { headers: new Headers({ "Retry-After": String(seconds) }) };
    },
  });
  // Where tRPC refuses before it has found the call, it leaves the type to the runtime's guess.
  if (answer.headers.get("content-type")?.startsWith("text/plain") === true)
    answer.headers.set("content-type", "application/json");
  return answer;
}

/** Who is asking comes first; only then is the body read, and no further than the limit. */
async function enter(request: Request, ledger: OpenLedger) {
  const principal = await authenticate(request, ledger);
  const { method, headers, url } = request;
  if (method === "GET" || method === "HEAD") return { principal, request };
  if (method !== "POST") {
    throw refuse("METHOD_NOT_ALLOWED", "queries are asked by GET or POST, mutations by POST");
  }
  const body = await readText(request);
  return { principal, request: new Request(url, { method, headers, body }) };
}
