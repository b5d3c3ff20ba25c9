import { authorize, type Ledger, type Principal, Refusal, refuse } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { type Context, Hono } from "hono";
import { authenticate } from "../auth.ts";
import { readBody } from "./body.ts";
import type { Endpoint } from "./call.ts";
import { CATALOG } from "./catalog.ts";
import { refusalResponse } from "./failures.ts";
import { INVENTORY } from "./inventory.ts";
import { LOCATIONS } from "./locations.ts";
import { readQuery } from "./query.ts";
import { DEFAULT_VERSION, readVersion, type SquareVersion, unreadableVersion } from "./version.ts";

interface Frame {
  readonly Variables: { readonly principal: Principal; readonly version: SquareVersion };
}
type Asked = Context<Frame>;

const VERSION_HEADER = "Square-Version";

const ENDPOINTS: readonly Endpoint[] = [...INVENTORY, ...CATALOG, ...LOCATIONS];
/** Beta paths of dialect B that would otherwise be read as the id of something. */
const NOT_KEPT = [
  "/inventory/adjustments/update",
  "/inventory/adjustment-reasons",
  "/inventory/adjustment-reasons/*",
] as const;

/**
 * Square's REST API over the ledger, to be mounted at `/v2`. A request is asked, in this order: who it is
 * from, which Square-Version it speaks, whether its path and method exist, whether its token may, and only
 * then what it says. Every answer is JSON and names its Square-Version; every refusal is Square's envelope.
 */
export function squareDoor(ledger: OpenLedger): Hono<Frame> {
  const door = new Hono<Frame>();
  door.onError((error) => refusalResponse(error instanceof Refusal ? error : ourFault()));
  door.use(async (context, next) => {
    const asked = readVersion(context.req.header(VERSION_HEADER));
    context.set("version", asked ?? DEFAULT_VERSION);
    await next();
    context.header(VERSION_HEADER, context.var.version.name);
  });
  door.use(async (context, next) => {
    context.set("principal", await authenticate(context.req.raw, ledger));
    if (readVersion(context.req.header(VERSION_HEADER)) === undefined) throw unreadableVersion();
    await next();
  });
  for (const path of NOT_KEPT) door.all(path, notKept);
  for (const [path, endpoints] of byPath(ENDPOINTS)) {
    for (const endpoint of endpoints)
      door.on(endpoint.method, path, async (context) => answer(context, { endpoint, ledger }));
    door.all(path, (context) => methodNotAllowed(context, endpoints));
  }
  door.all("*", (context) => {
    throw refuse("UNKNOWN_OPERATION", `there is no ${context.req.method} ${context.req.path}`);
  });
  return door;
}

/** In the order of the table, in which literal paths stand before those with a parameter. */
function byPath(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
  const paths = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints)
    paths.set(endpoint.path, [...(paths.get(endpoint.path) ?? []), endpoint]);
  return paths;
}

async function answer(
  context: Asked,
  { endpoint, ledger }: { endpoint: Endpoint; ledger: Ledger },
): Promise<Response> {
  const { principal, version } = context.var;
  authorize(principal, endpoint.operation);
  const query = readQuery(context.req.url, endpoint.query ?? []);
  const hasBody = endpoint.method === "POST" || endpoint.method === "PUT";
  const answered = await endpoint.handle({
    ledger,
    principal,
    dialect: version.dialect,
    id: context.req.param("id") ?? "",
    query,
    body: hasBody ? await readBody(context.req.raw) : {},
  });
  return Response.json(answered);
}

function methodNotAllowed(context: Asked, endpoints: readonly Endpoint[]): Response {
  const permitted = endpoints.map(({ method }) => method).join(", ");
  const { method, path } = context.req;
  const refusal = refuse("METHOD_NOT_ALLOWED", `${path} is asked by ${permitted}, not ${method}`);
  const response = refusalResponse(refusal);
  response.headers.set("Allow", permitted);
  return response;
}

function notKept(): never {
  const what = "Bincard keeps no adjustment reasons, and changes no adjustment once recorded";
  throw refuse("UNKNOWN_OPERATION", `there is nothing here: ${what}`);
}

function ourFault(): Refusal {
  return refuse("INTERNAL", "Bincard failed to answer this request; its log says why");
}
