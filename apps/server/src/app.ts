import { type FailureCode, FAILURES, ourFault, Refusal } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { stamp } from "./answer-headers.ts";
import { attend } from "./attend.ts";
import { NOWHERE } from "./client-address.ts";
import { answerConsole, CONSOLE_PATH } from "./console/door.ts";
import { consolePages } from "./console/pages.ts";
import { live, readiness } from "./health.ts";
import { HoldBack } from "./hold-back.ts";
import { type Log, silentLog } from "./log.ts";
import { REFERENCE_PATHS, referencePages } from "./openapi/page.ts";
import { Queues } from "./queues.ts";
import { Reception, type Visit } from "./reception.ts";
import { REQUEST_ID_HEADER } from "./request-id.ts";
import { scrape } from "./scrape.ts";
import { POSITION_HEADER } from "./square/create-changes.ts";
import { squareDoor, VERSION_HEADER } from "./square/routes.ts";
import { THIN_SQUARE } from "./square/thin.ts";
import { type ThinDoor, thinDoor } from "./thin-door.ts";
import { THIN_TRPC } from "./thin-trpc.ts";
import { type Rate, TokenBuckets } from "./token-bucket.ts";
import type { Tracing } from "./tracing.ts";
import { answerTrpc, type ReportFault, TRPC_PATH } from "./trpc.ts";
import { WrongMethod } from "./wrong-method.ts";

export interface AppOptions {
  readonly ledger: OpenLedger;
  /** Silent when left out. */
  readonly log?: Log;
  /** Without limits when left out. */
  readonly reception?: Reception;
  /** As many as `LIMITS` says when left out. */
  readonly queues?: Queues;
  /** Origins whose pages may ask; none when left out. */
  readonly corsOrigins?: readonly string[];
  /** Opens `/metrics` beside tokens with the scope ADMIN. */
  readonly metricsToken?: string | undefined;
  /** Where the built console is; its pages are not served when left out. */
  readonly consoleFolder?: string | undefined;
  /** Nobody traces when left out. */
  readonly tracing?: Tracing | undefined;
}

/** Who is at the other end, for an app behind a port. */
export interface Peer {
  readonly address: () => string;
}

/** The whole server as one function from request to answer: no port, no process. */
export interface App {
  fetch(request: Request, peer?: Peer): Promise<Response>;
  /** The paths that are asked all day, for a server that has them as Node does. */
  readonly thin: ThinDoor;
  /** Every method and path that is served, in the order in which they are looked at. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}

interface Frame {
  readonly Bindings: { readonly visit: Visit };
}
type Asked = Context<Frame>;

const HEALTH_PATHS: ReadonlySet<string> = new Set(["/livez", "/readyz"]);
const METRICS_PATH = "/metrics";
const NOBODY: Peer = { address: () => NOWHERE };

export function createApp(options: AppOptions): App {
  const { log = silentLog, reception = new Reception(options), tracing } = options;
  const { queues = new Queues() } = options;
  const { metrics, fairShare } = reception;
  const ledger = attend(options.ledger, {
    metrics,
    fairShare,
    queues,
    tracing,
    turnOfLargeWork: async (principal) => reception.turnOfLargeWork(principal),
  });
  const reportFault = reporter(log);
  const hono = routed({ ...options, ledger, reception, queues, reportFault });
  const holdBack = new HoldBack();
  const isPlain = tracing === undefined && (options.corsOrigins ?? []).length === 0;
  const answer = async (request: Request, visit: Visit) => hono.fetch(request, { visit });
  return {
    routes: hono.routes,
    // Traces and other origins' pages are the ordinary doors' business.
    thin: thinDoor({
      paths: isPlain ? [THIN_TRPC, ...THIN_SQUARE] : [],
      ledger,
      reception,
      reportFault,
      holdBack,
    }),
    async fetch(request, { address } = NOBODY) {
      const { headers, method, url } = request;
      const visit = reception.arrive({ sentId: headers.get(REQUEST_ID_HEADER), address });
      let response: Response | undefined;
      try {
        response =
          tracing === undefined
            ? await answer(request, visit)
            : await tracing.request(visit, request, async () => answer(request, visit));
      } finally {
        reception.leave(visit, { method, path: pathOf(url), status: response?.status ?? 500 });
      }
      if (visit.refused === "RATE_LIMITED") await holdBack.hold();
      stamp(response.headers, visit.requestId);
      return response;
    },
  };
}

interface Routed extends Pick<AppOptions, "corsOrigins" | "metricsToken" | "consoleFolder"> {
  readonly ledger: OpenLedger;
  readonly reception: Reception;
  readonly queues: Queues;
  readonly reportFault: ReportFault;
}

function routed({ ledger, reception, queues, reportFault, ...options }: Routed) {
  const { corsOrigins = [], metricsToken, consoleFolder } = options;
  const pages = consoleFolder === undefined ? undefined : consolePages(consoleFolder);
  const ready = readiness(ledger);
  const hono = new Hono<Frame>();
  if (corsOrigins.length > 0) hono.use(openTo(corsOrigins));
  hono.use(async (context, next) => {
    await next();
    if (context.error !== undefined) reportFault(context.error, context.env.visit);
  });
  hono.get("/livez", ({ env }) => {
    env.visit.door = "health";
    return live();
  });
  hono.get("/readyz", async ({ env }) => {
    env.visit.door = "health";
    return ready();
  });
  hono.get(METRICS_PATH, async ({ env: { visit }, req }) => {
    visit.door = "metrics";
    return scrape({ reception, metricsToken }, visit, req.header("authorization"));
  });
  hono.all(`${TRPC_PATH}/*`, async ({ env, req }) =>
    answerTrpc(req.raw, env.visit, { ledger, reception, reportFault }),
  );
  hono.all(`${CONSOLE_PATH}/*`, async ({ env, req }) =>
    answerConsole(req.raw, env.visit, { ledger, reception, queues }),
  );
  hono.route("/v2", squareDoor({ ledger, reception }));
  hono.route("/", referencePages());
  hono.notFound(
    async (context) => (await pages?.(context.req.raw, context.env.visit)) ?? unknownPath(context),
  );
  hono.onError((error, { env: { visit } }) => {
    reception.refuse(visit, error instanceof Refusal ? error.code : "INTERNAL");
    return error instanceof Refusal ? answerRefusal(error, visit) : fault(visit);
  });
  return hono;
}

/** What the database failed at is said this often; what we failed at, always. */
const COMPLAINTS: Rate = { perSecond: 1, burst: 10 };

function reporter(log: Log): ReportFault {
  const complaints = new TokenBuckets(COMPLAINTS);
  return (error, { requestId }, operation) => {
    if (!(error instanceof Refusal)) {
      log.error({ requestId, err: error, operation }, "a request failed");
      return;
    }
    // A refusal is an answer, not a fault; but one may stand for a fault of the database.
    const { cause } = error;
    if (cause === undefined || complaints.take("") > 0) return;
    log.warn({ requestId, err: cause, operation }, "the database failed a request");
  };
}

/** Pages of these origins may ask with a token of their own; cookies mean nothing here. */
function openTo(origins: readonly string[]) {
  return cors({
    origin: [...origins],
    allowMethods: ["GET", "POST", "PUT", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      VERSION_HEADER,
      REQUEST_ID_HEADER,
      "traceparent",
    ],
    exposeHeaders: [REQUEST_ID_HEADER, "Retry-After", VERSION_HEADER, POSITION_HEADER],
    maxAge: 600,
  });
}

function unknownPath({ req: { path }, env: { visit } }: Asked): Response {
  if (HEALTH_PATHS.has(path) || path === METRICS_PATH || REFERENCE_PATHS.includes(path)) {
    const said = { code: "METHOD_NOT_ALLOWED", message: "this is asked by GET", visit } as const;
    return answerError(405, said, { Allow: "GET, HEAD" });
  }
  const message =
    "there is nothing here: Bincard answers at /trpc, /v2, /openapi.json, /docs, /livez and /readyz";
  return answerError(404, { code: "UNKNOWN_OPERATION", message, visit });
}

/** Nothing of the fault itself leaves the process; its log has it, under the answer's request id. */
function fault(visit: Visit): Response {
  const [{ code, message }] = ourFault().failures;
  return answerError(500, { code, message, visit });
}

const STATUSES: Readonly<Record<(typeof FAILURES)[FailureCode]["kind"], number>> = {
  authentication: 401,
  permission: 403,
  request: 400,
  missing: 404,
  conflict: 409,
  rate: 429,
  unavailable: 503,
  internal: 500,
};

/** What HTTP has a status of its own for. */
const FINER_STATUSES: Partial<Readonly<Record<FailureCode, number>>> = {
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

function answerRefusal(refusal: Refusal, visit: Visit): Response {
  const { code, message, retryAfterSeconds } = refusal.failures[0];
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
  const status = FINER_STATUSES[code] ?? STATUSES[FAILURES[code].kind];
  if (refusal instanceof WrongMethod) headers["Allow"] = refusal.allow;
  if (status === 401) headers["WWW-Authenticate"] = "Bearer";
  return answerError(status, { code, message, visit }, headers);
}

interface Said {
  readonly code: FailureCode;
  readonly message: string;
  readonly visit: Visit;
}

/** What stands outside both doors answers in the failure vocabulary, too. */
function answerError(
  status: number,
  { code, message, visit: { requestId } }: Said,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error: { code, message, requestId } }, { status, headers });
}

/** Without the query, which may hold anything. */
function pathOf(url: string): string {
  const begin = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", begin);
  return url.slice(begin, end === -1 ? undefined : end);
}
