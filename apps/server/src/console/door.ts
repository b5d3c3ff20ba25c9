import { FAILURES, LIMITS, parseOrRefuse, Refusal, refuse } from "@bincard/contracts";
import type { ConsolePass, OpenLedger } from "@bincard/core";
import * as z from "zod";
import { readText } from "../body.ts";
import type { Queues } from "../queues.ts";
import type { Reception, Visit } from "../reception.ts";
import { WrongMethod } from "../wrong-method.ts";
import { cookieFor, cookiesGone, sessionIn } from "./cookie.ts";
import { openPage, openScript } from "./open-page.ts";
import { statusFor } from "./status.ts";
import { mustBeOurPage, sessionOf } from "./visitor.ts";

export const CONSOLE_PATH = "/console";

export interface ConsoleDoor {
  readonly ledger: OpenLedger;
  readonly reception: Reception;
  readonly queues: Queues;
}

interface Asked extends ConsoleDoor {
  readonly request: Request;
  readonly visit: Visit;
}

type Answer = (asked: Asked) => Promise<Response> | Response;

const READ = { reads: 1, writes: 0 };
const WRITE = { reads: 0, writes: 1 };

const secret = z.string().trim().min(1).max(LIMITS.tokenCharacters);
const signInInput = z.strictObject({ token: secret });
const openInput = z.strictObject({ code: secret });

/** How people come in and go: the page's business with the server, by path and method. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  "/session": { GET: whoIsIn, POST: signIn, DELETE: signOut },
  "/status": { GET: howItDoes },
  "/codes": { POST: makeCode },
  "/open": { GET: () => openPage(), POST: redeem },
  "/open.js": { GET: () => openScript() },
};

/** One request below `/console`. Refusals are thrown, for whoever answers all that stands beside the doors. */
export async function answerConsole(
  request: Request,
  visit: Visit,
  door: ConsoleDoor,
): Promise<Response> {
  visit.door = "console";
  const { pathname } = new URL(request.url);
  const methods = ANSWERS[pathname.slice(CONSOLE_PATH.length)];
  if (methods === undefined) throw refuse("UNKNOWN_OPERATION", "the console has no such path");
  const answer = methods[request.method === "HEAD" ? "GET" : request.method];
  if (answer === undefined) throw new WrongMethod(Object.keys(methods));
  return answer({ ...door, request, visit });
}

/** Who is signed in: what `tokens.current` says. */
async function whoIsIn({ request, visit, ledger, reception }: Asked): Promise<Response> {
  const principal = await reception.identifySession(visit, sessionOf(request));
  reception.admit(visit, principal, READ);
  return Response.json(await ledger.tokens.current(principal, {}));
}

async function howItDoes({ request, visit, ledger, reception, queues }: Asked): Promise<Response> {
  const principal = await reception.identifySession(visit, sessionOf(request));
  reception.admit(visit, principal, READ);
  const load = { requests: reception.inFlight, waiting: queues.waiting };
  return Response.json(await statusFor(principal, { ledger, ...load }));
}

/** A token for a cookie. */
async function signIn(asked: Asked): Promise<Response> {
  const { request, visit, ledger, reception } = asked;
  mustBeOurPage(request);
  const { token } = parseOrRefuse(signInInput, await bodyOf(request));
  const principal = await reception.identifyToken(visit, token);
  reception.admit(visit, principal, WRITE);
  return signedIn(asked, await ledger.sessions.open(principal));
}

/** A code for a cookie. */
async function redeem(asked: Asked): Promise<Response> {
  const { request, visit, ledger, reception } = asked;
  mustBeOurPage(request);
  const { code } = parseOrRefuse(openInput, await bodyOf(request));
  let pass: ConsolePass | undefined;
  await reception.identifyBy(visit, {
    // A code is used up: nobody comes with it again.
    secret: undefined,
    async authenticate() {
      pass = await ledger.sessions.redeem(code);
      return pass.principal;
    },
  });
  if (pass === undefined) throw new Error("a code was taken and opened nothing");
  return signedIn(asked, pass);
}

async function signedIn({ request, ledger }: Asked, pass: ConsolePass): Promise<Response> {
  // Whoever was signed in at this browser before is not any more.
  const before = sessionIn(request);
  if (before !== undefined) await ledger.sessions.end(before);
  const current = await ledger.tokens.current(pass.principal, {});
  return Response.json(current, { headers: { "Set-Cookie": cookieFor(request, pass.secret) } });
}

/** The cookie goes in any case; its session, too, if there is one. */
async function signOut(asked: Asked): Promise<Response> {
  const { request } = asked;
  mustBeOurPage(request);
  const held = sessionIn(request);
  if (held !== undefined) await end(asked, held);
  const headers = new Headers();
  for (const gone of cookiesGone(request)) headers.append("Set-Cookie", gone);
  return new Response(null, { status: 204, headers });
}

/** A session that nobody knows has ended, or is a guess: it counts as one, and the database is not written for it. */
async function end({ visit, ledger, reception }: Asked, held: string): Promise<void> {
  const principal = await reception.identifySession(visit, held).catch(hasEnded);
  if (principal === undefined) return;
  reception.admit(visit, principal, WRITE);
  await ledger.sessions.end(held);
}

function hasEnded(error: unknown): undefined {
  if (!(error instanceof Refusal) || FAILURES[error.code].kind !== "authentication") throw error;
}

/** A token's holder may hand its session to a browser: by a code that is good once, and for a minute. */
async function makeCode({ request, visit, ledger, reception }: Asked): Promise<Response> {
  const principal = await reception.identify(visit, request.headers.get("authorization"));
  reception.admit(visit, principal, WRITE);
  const { secret: code, expiresAt } = await ledger.sessions.makeCode(principal);
  // Behind the "#" it reaches no server's log, no proxy's and no other site.
  return Response.json({ code, expiresAt, path: `${CONSOLE_PATH}/open#${code}` });
}

/** Read before it is known who asks, since it is what tells: so it is short, whatever it says its length is. */
async function bodyOf(request: Request): Promise<unknown> {
  const text = await readText(request, LIMITS.consoleBodyBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("MALFORMED_JSON", "the body is not valid JSON");
  }
}
