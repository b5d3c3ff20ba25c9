import {
  answerRefusal,
  FOLLOW,
  refusalOf,
  retryAfterSeconds,
  router,
  streamFeed,
} from "@bincard/api";
import { type FailureCode, LIMITS, type Principal, Refusal, refuse } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { getTRPCErrorFromUnknown, type TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { OPERATIONS } from "./around.ts";
import { readText } from "./body.ts";
import { identifyVisitor } from "./console/visitor.ts";
import { followInput } from "./follow-input.ts";
import type { Asking } from "./rate-limit.ts";
import type { Reception, Visit } from "./reception.ts";

export const TRPC_PATH = "/trpc";

/** Told of every error that may be a fault of ours or of the database's; it knows which are worth a word. */
export type ReportFault = (error: unknown, visit: Visit, operation?: string) => void;

const OURS: ReadonlySet<string> = new Set<FailureCode>(["INTERNAL", "UNAVAILABLE"]);

export interface TrpcDoor {
  readonly ledger: OpenLedger;
  readonly reception: Reception;
  readonly reportFault: ReportFault;
}

/**
 * One request at the tRPC door. Every answer has the shape that the router's error formatter gives
 * it. Who asks is settled before anything else: UNAUTHENTICATED comes before UNKNOWN_OPERATION.
 * Queries may be asked by POST as well as by GET, because a filter of a thousand ids does not fit a
 * URL.
 */
export async function answerTrpc(
  request: Request,
  visit: Visit,
  { ledger, reception, reportFault }: TrpcDoor,
): Promise<Response> {
  const { requestId } = visit;
  const entered = await enter(request, visit, reception).catch((error: unknown) => {
    const refusal = refusalOf(getTRPCErrorFromUnknown(error));
    reception.refuse(visit, refusal.code);
    if (OURS.has(refusal.code)) reportFault(error, visit);
    return refusal;
  });
  if (entered instanceof Refusal) return answerRefusal(entered, { requestId });
  const report = (error: TRPCError, path: string | undefined) => {
    const { code } = refusalOf(error);
    reception.refuse(visit, code);
    if (OURS.has(code)) reportFault(error.cause ?? error, visit, path);
  };
  if (visit.operation === FOLLOW) {
    // Nobody will read the stream that a HEAD is about, and nobody would end it.
    if (request.method === "HEAD")
      return new Response(null, { headers: { "content-type": "text/event-stream" } });
    const rawInput = await followInput(entered.request);
    const context = { ledger, principal: entered.principal, requestId };
    const acceptEncoding = request.headers.get("accept-encoding");
    const onError = (error: TRPCError) => report(error, FOLLOW);
    return streamFeed({ rawInput, context, acceptEncoding, onError });
  }
  let unfound: TRPCError | undefined;
  const answer = await fetchRequestHandler({
    endpoint: TRPC_PATH,
    router,
    req: entered.request,
    allowMethodOverride: true,
    maxBatchSize: LIMITS.callsPerTrpcBatch,
    createContext: () => ({ ledger, principal: entered.principal, requestId }),
    onError({ error, path, ctx }) {
      report(error, path);
      if (ctx === undefined) unfound = error;
    },
    responseMeta({ errors }) {
      const seconds = retryAfterSeconds(errors);
      return seconds === undefined
        ? {}
        : { headers: new Headers({ "Retry-After": String(seconds) }) };
    },
  });
  if (unfound === undefined) return answer;
  // Where tRPC refuses before it has found the call, its answer names neither the call nor the request.
  await answer.body?.cancel();
  const { operation } = visit;
  const isNamed = operation !== undefined && OPERATIONS.has(operation);
  return answerRefusal(refusalOf(unfound), { requestId, ...(isNamed && { operation }) });
}

interface Entered {
  readonly principal: Principal;
  readonly request: Request;
}

/** Who is asking comes first, then how much they ask for; only then is the body read, and no further than the limit. */
async function enter(request: Request, visit: Visit, reception: Reception): Promise<Entered> {
  const { method, headers, url } = request;
  visit.door = "trpc";
  const principal = await identifyVisitor(request, visit, reception);
  const names = calledIn(url);
  visit.operation = operationOf(names);
  reception.admit(visit, principal, askingOf(names));
  await reception.share(visit, principal, headers.get("content-length"));
  if (method === "GET" || method === "HEAD") return { principal, request: withoutType(request) };
  if (method !== "POST") {
    throw refuse("METHOD_NOT_ALLOWED", "queries are asked by GET or POST, mutations by POST");
  }
  const body = await readText(request);
  await reception.bodyRead(visit, principal, Buffer.byteLength(body));
  return { principal, request: new Request(url, { method, headers, body }) };
}

/** The procedures that a URL of this door calls: `/trpc/counts.list,locations.list?batch=1` calls two. */
export function calledIn(url: string): readonly string[] {
  const { pathname } = new URL(url);
  const path = pathname.slice(TRPC_PATH.length + 1);
  try {
    return decodeURIComponent(path).split(",");
  } catch {
    return [path];
  }
}

/** What there is no such operation of is refused, and counts as a read until then. */
export function askingOf(names: readonly string[]): Asking {
  const writes = names.filter((name) => OPERATIONS.get(name)?.kind === "mutation").length;
  return { reads: names.length - writes, writes };
}

function operationOf([first = "", ...others]: readonly string[]): string {
  if (others.length > 0) return "batch";
  return OPERATIONS.has(first) ? first : "unknown";
}

/** A type of nothing at all is no reason to refuse a question: by it tRPC would look for a method that has a body. */
function withoutType(request: Request): Request {
  if (!request.headers.has("content-type")) return request;
  const headers = new Headers(request.headers);
  headers.delete("content-type");
  return new Request(request, { headers });
}
