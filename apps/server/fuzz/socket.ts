import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";

/** Bytes that a real port must survive: HTTP that no client library would write. */
export interface RawTrial {
  readonly name: string;
  /** Sent one after the other. */
  readonly pieces: readonly string[];
  /** Whether the caller hangs up its side after the last. */
  readonly halfClosed: boolean;
}

export interface RawOutcome {
  readonly trial: RawTrial;
  /** The status of each answer that came, in order. */
  readonly statuses: readonly number[];
  readonly complaint: string | undefined;
}

/** Answers to whole requests come within this, or the server hangs. */
const WAIT_MILLISECONDS = 8_000;
/** A request that never ends is given up by its caller: the server keeps its own time for those. */
const PATIENCE_MILLISECONDS = 150;

const host = "Host: bincard.test\r\n";
const ending = "\r\n\r\n";
const body = '{"idempotencyKey":"k","changes":[]}';
const post = (headers: string, sent = body) =>
  `POST /trpc/changes.create HTTP/1.1\r\n${host}Content-Type: application/json\r\n${headers}${ending}${sent}`;
const get = (path: string, headers = "") =>
  `GET ${path} HTTP/1.1\r\n${host}${headers}Connection: close${ending}`;

/** What each is called says what is wrong with it. */
const RAW: Readonly<Record<string, readonly string[]>> = {
  "not HTTP": ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
  "an empty line first": [`\r\n\r\n${get("/livez")}`],
  "no version": [`GET /livez${ending}`],
  "version 9": [`GET /livez HTTP/9.9\r\n${host}${ending}`],
  "no path": [`GET  HTTP/1.1\r\n${host}${ending}`],
  "a path with spaces": [`GET /trpc/a b c HTTP/1.1\r\n${host}${ending}`],
  "an absolute path": [get("http://evil.example/v2/locations")],
  "an authority": [`CONNECT bincard.test:443 HTTP/1.1\r\n${host}${ending}`],
  "an asterisk": [`OPTIONS * HTTP/1.1\r\n${host}Connection: close${ending}`],
  trace: [`TRACE /v2/locations HTTP/1.1\r\n${host}Connection: close${ending}`],
  "an unknown method": [`FETCH /v2/locations HTTP/1.1\r\n${host}${ending}`],
  "a lower-case method": [`get /v2/locations HTTP/1.1\r\n${host}${ending}`],
  "no host": [`GET /livez HTTP/1.1${ending}`],
  "two hosts": [`GET /livez HTTP/1.1\r\n${host}Host: other\r\nConnection: close${ending}`],
  "a host that is none": [`GET /livez HTTP/1.1\r\nHost: [[[\r\nConnection: close${ending}`],
  "a host with a path": [`GET /livez HTTP/1.1\r\nHost: a/b@c\r\nConnection: close${ending}`],
  "a header without a colon": [`GET /livez HTTP/1.1\r\n${host}nonsense${ending}`],
  "a header without a name": [`GET /livez HTTP/1.1\r\n${host}: value${ending}`],
  "a space before the colon": [`GET /livez HTTP/1.1\r\n${host}X-A : b${ending}`],
  "a folded header": [`GET /livez HTTP/1.1\r\n${host}X-A: b\r\n c${ending}`],
  "NUL in a header": [`GET /livez HTTP/1.1\r\n${host}X-A: b\0c${ending}`],
  "a bare CR in a header": [`GET /livez HTTP/1.1\r\n${host}X-A: b\rc${ending}`],
  "bare line feeds": ["GET /livez HTTP/1.1\nHost: a\nConnection: close\n\n"],
  "a header of 20 kB": [get("/livez", `X-A: ${"a".repeat(20_000)}\r\n`)],
  "2,500 headers": [get("/livez", "A: b\r\n".repeat(2_500))],
  "a path of 20 kB": [get(`/v2/inventory/${"a".repeat(20_000)}`)],
  "bytes beyond ASCII in a path": [get("/v2/inventory/\u00ff\u00fe")],
  "percent without digits": [get("/v2/inventory/%zz")],
  "a NUL in a path": [get("/v2/inventory/%00")],
  "dots in a path": [get("/v2/../../etc/passwd")],
  "double slashes": [get("//v2//locations")],
  "a length that is no number": [post("Content-Length: ten")],
  "a negative length": [post("Content-Length: -5")],
  "a length with a plus": [post("Content-Length: +35")],
  "two lengths": [post("Content-Length: 35\r\nContent-Length: 3")],
  "a length beyond all": [post("Content-Length: 99999999999999999999")],
  "a length and chunks": [post("Content-Length: 35\r\nTransfer-Encoding: chunked", "0\r\n\r\n")],
  "chunks of another coding": [post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")],
  "a coding nobody knows": [post("Transfer-Encoding: xchunked", "0\r\n\r\n")],
  "a chunk size that is no number": [post("Transfer-Encoding: chunked", "zz\r\nabc\r\n0\r\n\r\n")],
  "a chunk longer than said": [post("Transfer-Encoding: chunked", "2\r\nabcdef\r\n0\r\n\r\n")],
  "a chunk extension": [
    post("Transfer-Encoding: chunked\r\nConnection: close", `2;a=b\r\n{}\r\n0\r\n\r\n`),
  ],
  "a chunk size beyond all": [post("Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFFF\r\n")],
  "a body shorter than said": [post("Content-Length: 500")],
  "a body longer than said": [post("Content-Length: 3\r\nConnection: close")],
  "a body with GET": [
    `GET /v2/locations HTTP/1.1\r\n${host}Content-Length: 35\r\nConnection: close${ending}${body}`,
  ],
  "a body that is announced too large": [
    post("Content-Length: 900000000\r\nConnection: close", "{"),
  ],
  "expect something": [post("Content-Length: 35\r\nExpect: 100-continue\r\nConnection: close")],
  "expect nonsense": [post("Content-Length: 35\r\nExpect: miracles\r\nConnection: close")],
  "an upgrade": [get("/trpc/counts.list", "Upgrade: websocket\r\n")],
  "an upgrade to HTTP/2": ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  "two requests at once": [
    `GET /livez HTTP/1.1\r\n${host}\r\nGET /v2/locations HTTP/1.1\r\n${host}Connection: close${ending}`,
  ],
  "letter by letter": Array.from(get("/livez")),
  "a pause in the middle": [`GET /livez HTTP/1.1\r\n${host}`, `Connection: close${ending}`],
  "half a request": [`GET /livez HTTP/1.1\r\n${host}X-A: `],
  "half a body": [post("Content-Length: 35", body.slice(0, 10))],
};

/** One of the above, as it is or with a few of its bytes changed. */
export const anyRawTrial: fc.Arbitrary<RawTrial> = fc
  .record({
    name: fc.constantFrom(...Object.keys(RAW)),
    halfClosed: fc.boolean(),
    noise: fc.option(
      fc.record({ at: fc.nat({ max: 400 }), bytes: fc.string({ unit: "binary", maxLength: 4 }) }),
      { nil: undefined },
    ),
  })
  .map(({ name, halfClosed, noise }) => {
    const pieces = RAW[name] ?? [];
    if (noise === undefined || pieces.length > 5) return { name, halfClosed, pieces };
    const changed = pieces.map((piece) => {
      const place = noise.at % piece.length;
      return piece.slice(0, place) + noise.bytes + piece.slice(place + noise.bytes.length);
    });
    return { name: `${name}, with noise`, halfClosed, pieces: changed };
  });

/** Sends it over a socket of its own, and reads until the server is done with it. */
export async function rawTrial(trial: RawTrial, port: number): Promise<RawOutcome> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  let answer = "";
  let ended = false;
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => (answer += text));
  socket.on("end", () => (ended = true));
  // The server may well cut such a caller off.
  socket.on("error", () => (ended = true));
  const closed = once(socket, "close").catch(() => (ended = true));
  await once(socket, "connect");
  for (const piece of trial.pieces) {
    if (ended) break;
    socket.write(piece, "latin1");
    if (trial.pieces.length > 1) await sleep(1);
  }
  if (trial.halfClosed) socket.end();
  const until = performance.now() + (trial.halfClosed ? WAIT_MILLISECONDS : PATIENCE_MILLISECONDS);
  while (!ended && performance.now() < until) await sleep(2);
  const complaint = complaintOf({ trial, answer, ended });
  socket.destroy();
  await closed;
  return { trial, statuses: statusesIn(answer), complaint };
}

function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
}

function complaintOf({
  trial,
  answer,
  ended,
}: {
  trial: RawTrial;
  answer: string;
  ended: boolean;
}): string | undefined {
  const faults = statusesIn(answer).filter((status) => status >= 500);
  if (faults.length > 0) return `status ${faults.join(", ")}`;
  if (trial.halfClosed && !ended) return "the connection was never ended";
  return undefined;
}
