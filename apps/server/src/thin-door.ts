import type { IncomingHttpHeaders } from "node:http";
import { type FailureCode, LIMITS, ourFault, type Principal, Refusal } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { ON_EVERY_ANSWER } from "./answer-headers.ts";
import { cutShort, textOf } from "./body.ts";
import type { HoldBack } from "./hold-back.ts";
import type { Asking } from "./rate-limit.ts";
import type { Reception } from "./reception.ts";
import { REQUEST_ID_HEADER } from "./request-id.ts";
import type { ReportFault } from "./trpc.ts";

/** A request as Node has it. */
export interface ThinRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly address: () => string;
  /** The whole body, whose length the headers have told; rejects when the caller goes away. */
  readonly read: () => Promise<Uint8Array>;
}

export interface ThinAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Recording changes is what tills ask all day, so these paths are answered without the web's Request, Response
 * and streams, which cost several times what the ledger's own work does. What is asked and answered is what the
 * door says at that path; whatever is unusual about a request leaves it to the door.
 */
export interface ThinPath {
  readonly url: string;
  readonly door: "trpc" | "square";
  /** Whether this is asked in the usual way. */
  accepts(headers: IncomingHttpHeaders): boolean;
  /** The answer's text, from the body on. */
  answer(asked: ThinAsked): Promise<string>;
  refuse(refusal: Refusal, asked: ThinAsked): Response;
  /** Headers of the answer. */
  answerHeaders(asked: ThinAsked): Readonly<Record<string, string>>;
}

/** A request at a thin path, whose caller is known and admitted. */
export interface ThinAsked {
  readonly ledger: OpenLedger;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  /** Set once somebody is known; nothing before that is answered. */
  principal: Principal;
  /** Set once the operation has begun: refusals from then on name it. */
  operation?: string;
  /** Reads the body. */
  text(): Promise<string>;
  /** Between the parts of the work; `undefined` for a body that is not large. */
  pause(): Promise<void> | undefined;
  /** Puts headers on the answer. */
  tell(headers: Readonly<Record<string, string>>): void;
}

/** Answers a request, or leaves it to the ordinary doors by answering `undefined` at once. */
export type ThinDoor = (request: ThinRequest) => Promise<ThinAnswer> | undefined;

export interface ThinDoorOptions {
  readonly paths: readonly ThinPath[];
  readonly ledger: OpenLedger;
  readonly reception: Reception;
  readonly reportFault: ReportFault;
  readonly holdBack: HoldBack;
}

const OPERATION = "changes.create";
const WRITE: Asking = { reads: 0, writes: 1 };
const OURS: ReadonlySet<string> = new Set<FailureCode>(["INTERNAL", "UNAVAILABLE"]);
const PLAIN_JSON = /^application\/json(?:; ?charset=utf-8)?$/i;

export function thinDoor(options: ThinDoorOptions): ThinDoor {
  const paths = new Map(options.paths.map((path) => [path.url, path]));
  return (request) => {
    const path = request.method === "POST" ? paths.get(request.url ?? "") : undefined;
    if (path === undefined || !isUsual(request.headers) || !path.accepts(request.headers))
      return undefined;
    return pass(path, request, options);
  };
}

/** A body of known and permitted length, of JSON, as it is. */
function isUsual(headers: IncomingHttpHeaders): boolean {
  const length = headers["content-length"];
  return (
    length !== undefined &&
    Number(length) <= LIMITS.bodyBytes &&
    PLAIN_JSON.test(headers["content-type"] ?? "") &&
    headers["content-encoding"] === undefined &&
    headers.expect === undefined
  );
}

async function pass(
  path: ThinPath,
  request: ThinRequest,
  { ledger, reception, reportFault, holdBack }: ThinDoorOptions,
): Promise<ThinAnswer> {
  const { headers, address } = request;
  const visit = reception.arrive({ sentId: oneOf(headers["x-request-id"]), address });
  visit.door = path.door;
  const told: Record<string, string> = {};
  let bytes = 0;
  const asked: ThinAsked = {
    ledger,
    headers,
    requestId: visit.requestId,
    principal: NOBODY,
    async text() {
      const body = await request.read().catch(() => {
        throw cutShort();
      });
      bytes = body.length;
      await reception.bodyRead(visit, asked.principal, bytes);
      return textOf(body);
    },
    pause: () => reception.pause(asked.principal, bytes),
    tell: (more) => void Object.assign(told, more),
  };
  let answer: ThinAnswer | undefined;
  try {
    asked.principal = await reception.identify(visit, headers.authorization);
    visit.operation = OPERATION;
    reception.admit(visit, asked.principal, WRITE);
    const share = reception.share(visit, asked.principal, headers["content-length"]);
    if (share !== undefined) await share;
    const text = await path.answer(asked);
    answer = { status: 200, headers: { ...headersOf(path, asked), ...told }, text };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : ourFault();
    reception.refuse(visit, refusal.code);
    if (OURS.has(refusal.code)) reportFault(error, visit, OPERATION);
    const { status, headers: more, body } = await opened(path.refuse(refusal, asked));
    answer = { status, headers: { ...headersOf(path, asked), ...more }, text: body };
  } finally {
    reception.leave(visit, { method: "POST", path: path.url, status: answer?.status ?? 500 });
  }
  if (visit.refused === "RATE_LIMITED") await holdBack.hold();
  return answer;
}

/** Stands in until it is known who asks; it may do nothing. */
const NOBODY: Principal = {
  merchantId: "",
  tokenId: "",
  application: { id: "", name: "" },
  scopes: [],
};

const ON_EVERY = { "Content-Type": "application/json", ...Object.fromEntries(ON_EVERY_ANSWER) };

function headersOf(path: ThinPath, asked: ThinAsked): Readonly<Record<string, string>> {
  return {
    ...ON_EVERY,
    ...path.answerHeaders(asked),
    [REQUEST_ID_HEADER]: asked.requestId,
  };
}

async function opened(response: Response) {
  const body = await response.text();
  const headers: Record<string, string> = {};
  for (const name of ["Retry-After", "WWW-Authenticate"]) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { status: response.status, headers, body };
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" ? header : header?.[0];
