import {
  authorize,
  type Ledger,
  ourFault,
  type Principal,
  Refusal,
  refuse,
} from "@bincard/contracts";
import { type Context, Hono } from "hono";
import { OPERATIONS } from "../around.ts";
import type { Asking } from "../rate-limit.ts";
import type { Reception, Visit } from "../reception.ts";
import { readBody } from "./body.ts";
import type { Endpoint } from "./call.ts";
import { CATALOG } from "./catalog.ts";
import { refusalResponse } from "./failures.ts";
import { INVENTORY } from "./inventory.ts";
import { LOCATIONS } from "./locations.ts";
import { readQuery } from "./query.ts";
import { DEFAULT_VERSION, readVersion, type SquareVersion, unreadableVersion } from "./version.ts";
import { WEBHOOKS } from "./webhooks.ts";

interface Frame {
  readonly Bindings: { readonly visit: Visit };
  readonly Variables: { readonly principal: Principal; readonly version: SquareVersion };
}
type Asked = Context<Frame>;

export const VERSION_HEADER = "Square-Version";

/** The whole door, in the order in which its paths are looked at. */
export const ENDPOINTS: readonly Endpoint[] = [...INVENTORY, ...CATALOG, ...LOCATIONS, ...WEBHOOKS];
/** Beta paths of dialect B that would otherwise be read as the id of something. */
const NOT_KEPT = [
  "/inventory/adjustments/update",
  "/inventory/adjustment-reasons",
  "/inventory/adjustment-reasons/*",
] as const;

const READ: Asking = { reads: 1, writes: 0 };
const WRITE: Asking = { reads: 0, writes: 1 };
/** What the contracts call what an endpoint asks for. */
const NAMES = new Map([...OPERATIONS].map(([name, operation]) => [operation, name]));

export interface SquareDoor {
  readonly ledger: Ledger;
  readonly reception: Reception;
}

/**
 * Square's REST API over the ledger, to be mounted at `/v2`. A request is asked, in this order: who it is
 * from, which Square-Version it speaks, whether its path and method exist, whether its token may, and only
 * then what it says. Every answer is JSON and names its Square-Version; every refusal is Square's envelope.
 */
export function squareDoor({ ledger, reception }: SquareDoor): Hono<Frame> {
  const door = new Hono<Frame>();
  door.onError((error, context) => {
    const refusal = error instanceof Refusal ? error : ourFault();
    reception.refuse(context.env.visit, refusal.code);
    return refusalResponse(refusal);
  });
  door.use(async (context, next) => {
    const asked = readVersion(context.req.header(VERSION_HEADER));
    context.set("version", asked ?? DEFAULT_VERSION);
    context.env.visit.door = "square";
    await next();
    context.header(VERSION_HEADER, context.var.version.name);
  });
  door.use(async (context, next) => {
    const authorization = context.req.header("authorization");
    context.set("principal", await reception.identify(context.env.visit, authorization));
    if (readVersion(context.req.header(VERSION_HEADER)) === undefined) throw unreadableVersion();
    await next();
  });
  /** What leads nowhere counts as a read. */
  const admitted = (handler: (context: Asked) => Response) => (context: Asked) => {
    reception.admit(context.env.visit, context.var.principal, READ);
    return handler(context);
  };
  for (const path of NOT_KEPT) door.all(path, admitted(notKept));
  for (const [path, endpoints] of byPath(ENDPOINTS)) {
    for (const endpoint of endpoints)
      door.on(endpoint.method, path, async (context) =>
        answer(context, { endpoint, ledger, reception }),
      );
    door.all(
      path,
      admitted((context) => methodNotAllowed(context, { endpoints, reception })),
    );
  }
  door.all("*", admitted(nothingThere));
  return door;
}

/** In the order of the table, in which literal paths stand before those with a parameter. */
function byPath(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
  const paths = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints)
    paths.set(endpoint.path, [...(paths.get(endpoint.path) ?? []), endpoint]);
  return paths;
}

interface Ask extends SquareDoor {
  readonly endpoint: Endpoint;
}

async function answer(context: Asked, { endpoint, ledger, reception }: Ask): Promise<Response> {
  const { principal, version } = context.var;
  const { visit } = context.env;
  visit.operation = NAMES.get(endpoint.operation) ?? "unknown";
  reception.admit(visit, principal, endpoint.operation.kind === "mutation" ? WRITE : READ);
  authorize(principal, endpoint.operation);
  await reception.share(visit, principal, context.req.header("content-length"));
  const query = readQuery(context.req.url, endpoint.query ?? []);
  const hasBody = endpoint.method === "POST" || endpoint.method === "PUT";
  const headers: Record<string, string> = {};
  const answered = await endpoint.handle({
    ledger,
    principal,
    dialect: version.dialect,
    version: version.name,
    id: context.req.param("id") ?? "",
    query,
    body: hasBody
      ? await readBody(context.req.raw, async (bytes) =>
          reception.bodyRead(visit, principal, bytes),
        )
      : {},
    tell: (told) => void Object.assign(headers, told),
  });
  return Response.json(answered, { headers });
}

function methodNotAllowed(
  context: Asked,
  { endpoints, reception }: { endpoints: readonly Endpoint[]; reception: Reception },
): Response {
  const permitted = endpoints.map(({ method }) => method).join(", ");
  const { method, path } = context.req;
  const refusal = refuse("METHOD_NOT_ALLOWED", `${path} is asked by ${permitted}, not ${method}`);
  reception.refuse(context.env.visit, refusal.code);
  const response = refusalResponse(refusal);
  response.headers.set("Allow", permitted);
  return response;
}

function nothingThere({ req: { method, path } }: Asked): never {
  throw refuse("UNKNOWN_OPERATION", `there is no ${method} ${path}`);
}

function notKept(): never {
  const what = "Bincard keeps no adjustment reasons, and changes no adjustment once recorded";
  throw refuse("UNKNOWN_OPERATION", `there is nothing here: ${what}`);
}
