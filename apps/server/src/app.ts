import { randomUUID } from "node:crypto";
import { Refusal } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { type Context, Hono } from "hono";
import { live, ready } from "./health.ts";
import { type Log, silentLog } from "./log.ts";
import { squareDoor } from "./square/routes.ts";
import { answerTrpc, TRPC_PATH } from "./trpc.ts";

export interface AppOptions {
  readonly ledger: OpenLedger;
  /** Silent when left out. */
  readonly log?: Log;
}

/** The whole server as one function from request to answer: no port, no process. */
export interface App {
  fetch(request: Request): Promise<Response>;
}

interface Frame {
  readonly Variables: { readonly log: Log };
}

const SENT_IDS = /^[\w.:-]{1,64}$/;
const HEALTH_PATHS: ReadonlySet<string> = new Set(["/livez", "/readyz"]);

/** Answers are data for one caller: never a page, never in a frame, never in a cache. */
const ON_EVERY_ANSWER = [
  ["Cache-Control", "no-store"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
] as const;

export function createApp({ ledger, log = silentLog }: AppOptions): App {
  const app = new Hono<Frame>();
  app.use(async (context, next) => {
    const sent = context.req.header("x-request-id");
    const requestId = sent !== undefined && SENT_IDS.test(sent) ? sent : randomUUID();
    const requestLog = log.child({ requestId });
    context.set("log", requestLog);
    const begun = performance.now();
    await next();
    context.header("X-Request-Id", requestId);
    for (const [name, value] of ON_EVERY_ANSWER) context.header(name, value);
    if (context.error !== undefined) reportFault(requestLog, context.error);
    logAnswer(context, requestLog, performance.now() - begun);
  });
  app.get("/livez", live);
  app.get("/readyz", async () => ready(ledger));
  app.all(`${TRPC_PATH}/*`, async (context) =>
    answerTrpc(context.req.raw, {
      ledger,
      reportFault: (error, operation) => reportFault(context.var.log, error, operation),
    }),
  );
  app.route("/v2", squareDoor(ledger));
  app.notFound(unknownPath);
  app.onError(fault);
  return { fetch: async (request) => app.fetch(request) };
}

function unknownPath(context: Context): Response {
  if (HEALTH_PATHS.has(context.req.path)) {
    return answerError(405, "METHOD_NOT_ALLOWED", "health is asked by GET", { Allow: "GET, HEAD" });
  }
  const message = "there is nothing here: Bincard answers at /trpc, /v2, /livez and /readyz";
  return answerError(404, "UNKNOWN_OPERATION", message);
}

/** Nothing of the fault itself leaves the process; its log has it, under the answer's request id. */
function fault(): Response {
  return answerError(500, "INTERNAL", "Bincard failed to answer this request; its log says why");
}

/** What stands outside both doors answers in the failure vocabulary, too. */
function answerError(
  status: number,
  code: "METHOD_NOT_ALLOWED" | "UNKNOWN_OPERATION" | "INTERNAL",
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers });
}

function reportFault(log: Log, error: unknown, operation?: string): void {
  // A refusal is an answer, not a fault.
  if (!(error instanceof Refusal)) log.error({ err: error, operation }, "a request failed");
}

function logAnswer(context: Context, log: Log, milliseconds: number): void {
  const { method, path } = context.req;
  const level = HEALTH_PATHS.has(path) ? "debug" : "info";
  const { status } = context.res;
  log[level](
    { method, path, status, milliseconds: Math.round(milliseconds * 10) / 10 },
    "answered",
  );
}
