import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { createServer, type Socket } from "node:net";
import { LIMITS } from "@bincard/contracts";
import type { Parcel } from "@bincard/core";
import { WebhooksHelper } from "square";
import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Resolve } from "../../src/webhooks/addresses.ts";
import { type CourierOptions, httpCourier } from "../../src/webhooks/courier.ts";
import { listening, openReceiver } from "./receiver.ts";

const key = Buffer.alloc(32, 7).toString("base64");
const NEVER = new AbortController().signal;
/** Nobody waits so long unless something hangs. */
const LONG = { allowLocal: true, milliseconds: 10_000 };
/** Where silence is what the test is about. */
const SOON = { ...LONG, milliseconds: 300 };

function parcelTo(notificationUrl: string, fields: Partial<Parcel> = {}): Parcel {
  return {
    deliveryId: "df5f3813-a913-45a1-94e9-fdc3f7d5e3b6",
    merchantId: "M",
    eventType: "inventory.count.updated",
    createdAt: "2026-11-22T09:30:00Z",
    counts: [
      {
        catalogObjectId: "TEA",
        catalogObjectType: "ITEM_VARIATION",
        locationId: "SHOP",
        state: "IN_STOCK",
        quantity: "4.5",
        calculatedAt: "2026-11-22T09:30:00.123456Z",
      },
    ],
    lastPosition: 7,
    notificationUrl,
    signatureKeys: [key],
    firstAttemptAt: undefined,
    retry: undefined,
    ...fields,
  };
}
const send = async (url: string, options: CourierOptions = LONG, fields: Partial<Parcel> = {}) =>
  httpCourier(options).send(parcelTo(url, fields), NEVER);
const outcomeOf = async (url: string, options: CourierOptions = LONG) => {
  const { at: _, milliseconds: __, ...outcome } = (await send(url, options)).attempt;
  return outcome;
};

/** Accepts connections and does with them what it is told. */
async function rawServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
}

describe("a delivery", () => {
  test("is signed both ways, and both of the official verifiers accept it", async () => {
    const receiver = await openReceiver();
    const { attempt, payload } = await send(receiver.url);
    expect(attempt).toMatchObject({ status: 200 });
    const [received] = receiver.received;
    if (received === undefined) throw new Error("nothing arrived");
    const { headers, body } = received;
    expect(body).toBe(payload);
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["bincard-position"]).toBe("7");
    expect(headers["user-agent"]).toMatch(/^bincard\//);
    const isSquares = await WebhooksHelper.verifySignature({
      requestBody: body,
      signatureHeader: String(headers["x-square-hmacsha256-signature"]),
      signatureKey: key,
      notificationUrl: receiver.url,
    });
    expect(isSquares).toBe(true);
    const verified: unknown = new Webhook(`whsec_${key}`).verify(body, {
      "webhook-id": String(headers["webhook-id"]),
      "webhook-timestamp": String(headers["webhook-timestamp"]),
      "webhook-signature": String(headers["webhook-signature"]),
    });
    expect(verified).toMatchObject({
      event_id: headers["webhook-id"],
      data: { object: { inventory_counts: [{ catalog_object_id: "TEA", quantity: "4.5" }] } },
    });
  });

  test("is the same in every attempt, and says which attempt it is", async () => {
    const receiver = await openReceiver();
    await send(receiver.url);
    const firstAttemptAt = "2026-11-22T09:30:01.500Z";
    await send(receiver.url, LONG, {
      firstAttemptAt,
      retry: { number: 2, because: "http_timeout" },
    });
    const [first, third] = receiver.received;
    expect(third?.body).toBe(first?.body);
    expect(third?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(first?.headers).not.toHaveProperty("square-retry-number");
    expect(third?.headers).toMatchObject({
      "square-retry-number": "2",
      "square-retry-reason": "http_timeout",
      "square-initial-delivery-timestamp": firstAttemptAt,
    });
  });

  test("goes over TLS to whoever has a certificate for the name, and to nobody else", async () => {
    const of = (name: string) =>
      readFileSync(new URL(`certificate/${name}.pem`, import.meta.url), "utf8");
    const ca = of("certificate");
    const server = createTlsServer({ key: of("key"), cert: ca }, (_, response) => response.end());
    const port = await listening(server);
    onTestFinished(() => void server.close());
    const resolve: Resolve = (_, answer) => answer(null, [{ address: "127.0.0.1", family: 4 }]);
    const options = { ...LONG, resolve };
    const named = (name: string) => `https://${name}:${port}/`;
    expect(await outcomeOf(named("receiver.test"), { ...options, ca })).toEqual({ status: 200 });
    expect(await outcomeOf(named("receiver.test"), options)).toMatchObject({ reason: "ssl_error" });
    expect(await outcomeOf(named("another.test"), { ...options, ca })).toMatchObject({
      reason: "ssl_error",
    });
    const plain = await openReceiver();
    expect(await outcomeOf(plain.url.replace("http:", "https:"), options)).toMatchObject({
      reason: "ssl_error",
    });
  });
});

describe("what counts as arrived", () => {
  test.each([200, 201, 204, 299])("%i does", async (status) => {
    const receiver = await openReceiver();
    receiver.answer((_, response) => void response.writeHead(status).end());
    expect(await outcomeOf(receiver.url)).toEqual({ status });
  });

  test.each([304, 400, 401, 404, 410, 429, 500, 503])("%i does not", async (status) => {
    const receiver = await openReceiver();
    receiver.answer((_, response) => void response.writeHead(status).end("because"));
    expect(await outcomeOf(receiver.url)).toEqual({ status, reason: "http_error" });
  });

  test("a redirect does not, and nobody follows it", async () => {
    const [receiver, elsewhere] = [await openReceiver(), await openReceiver()];
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer(
        (_, response) => void response.writeHead(status, { location: elsewhere.url }).end(),
      );
      expect(await outcomeOf(receiver.url)).toEqual({ status, reason: "http_error" });
    }
    expect(elsewhere.received).toEqual([]);
  });

  test("silence does not, at whichever point it falls", async () => {
    const connected = await rawServer(() => undefined);
    expect(await outcomeOf(connected, SOON)).toMatchObject({ reason: "http_timeout" });
    const half = await rawServer((socket) => void socket.write("HTTP/1.1 200 OK\r\nX-A: "));
    expect(await outcomeOf(half, SOON)).toMatchObject({ reason: "http_timeout" });
  });

  test("an answer that trickles on after its status does, and is cut in time", async () => {
    const trickling = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const timer = setInterval(() => socket.write("1\r\nx\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    const { attempt } = await send(trickling, { ...LONG, milliseconds: 2_000 });
    expect(attempt).toMatchObject({ status: 200 });
  });

  test("of a long answer only a little is read", async () => {
    let written = 0;
    const flooding = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
      const chunk = Buffer.alloc(64 * 1_024);
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
      };
      socket.on("drain", pour);
      pour();
    });
    expect(await outcomeOf(flooding)).toEqual({ status: 200 });
    // What the two sockets hold comes on top of what is read.
    expect(written).toBeLessThan(LIMITS.webhookAnswerBytes + 16 * 1_024 * 1_024);
  });

  test("a connection that is refused, cut or answered with nonsense does not", async () => {
    const gone = await openReceiver();
    await gone.close();
    expect(await outcomeOf(gone.url)).toEqual({ reason: "other_error", detail: "ECONNREFUSED" });
    const cut = await rawServer(
      (socket) => void socket.once("data", () => socket.resetAndDestroy()),
    );
    expect(await outcomeOf(cut)).toMatchObject({ reason: "other_error" });
    const ended = await rawServer((socket) => void socket.once("data", () => socket.end()));
    expect(await outcomeOf(ended)).toMatchObject({ reason: "other_error" });
    const nonsense = await rawServer(
      (socket) => void socket.once("data", () => socket.end("hello\r\n\r\n")),
    );
    expect(await outcomeOf(nonsense)).toMatchObject({ reason: "other_error" });
  });

  test("one that is cut off from our side is nobody's failure", async () => {
    const hanging = await rawServer(() => undefined);
    const stopping = new AbortController();
    const courier = httpCourier({ allowLocal: true });
    const sending = courier.send(parcelTo(hanging), stopping.signal);
    setTimeout(() => stopping.abort(), 50);
    await expect(sending).rejects.toThrow(/abort/i);
    await expect(courier.send(parcelTo(hanging), stopping.signal)).rejects.toThrow(/abort/i);
  });
});

describe("addresses", () => {
  const PUBLIC = { ...LONG, allowLocal: false };
  const REFUSED = { reason: "other_error", detail: "ADDRESS_REFUSED" };
  const answers = (...addresses: readonly string[]): Resolve & { asked: number } => {
    const resolve = (_: string, answer: Parameters<Resolve>[1]) => {
      resolve.asked++;
      answer(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };
    resolve.asked = 0;
    return resolve;
  };

  test("a name that leads inside is refused, whatever else it leads to is left out", async () => {
    const receiver = await openReceiver();
    const { port } = new URL(receiver.url);
    for (const address of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
      expect(
        await outcomeOf(`https://inside.test:${port}/`, { ...PUBLIC, resolve: answers(address) }),
      ).toEqual(REFUSED);
    // With local permitted, the private one of two is passed over.
    const mixed = { ...LONG, resolve: answers("10.0.0.1", "127.0.0.1") };
    expect(await outcomeOf(`http://mixed.test:${port}/hooks`, mixed)).toEqual({ status: 200 });
    expect(receiver.received).toHaveLength(1);
  });

  test("a name that says another address the next time is looked at the next time, too (DNS rebinding)", async () => {
    const receiver = await openReceiver();
    const { port } = new URL(receiver.url);
    let asked = 0;
    const rebinding: Resolve = (_, answer) => {
      asked++;
      answer(null, [{ address: asked % 2 === 1 ? "192.0.2.1" : "10.0.0.1", family: 4 }]);
    };
    const url = `http://rebinding.test:${port}/`;
    for (let time = 0; time < 4; time++)
      expect(await outcomeOf(url, { ...LONG, resolve: rebinding })).toEqual(REFUSED);
    expect(asked).toBe(4);
    expect(receiver.received).toEqual([]);
  });

  test("the connection goes to the address that was looked at, which is asked for once", async () => {
    const receiver = await openReceiver();
    const { port } = new URL(receiver.url);
    const resolve = answers("127.0.0.1");
    expect(await outcomeOf(`http://pinned.test:${port}/`, { ...LONG, resolve })).toEqual({
      status: 200,
    });
    expect(resolve.asked).toBe(1);
    expect(receiver.received[0]?.headers.host).toBe(`pinned.test:${port}`);
  });

  test("an address that is written out is looked at as well", async () => {
    const receiver = await openReceiver();
    const { port } = new URL(receiver.url);
    for (const host of ["127.0.0.1", "2130706433", "0x7f000001", "[::ffff:7f00:1]"])
      expect(await outcomeOf(`http://${host}:${port}/`, PUBLIC)).toEqual(REFUSED);
    expect(receiver.received).toEqual([]);
  });

  test("a name that is none says so", async () => {
    const nowhere: Resolve = (_, answer) =>
      answer(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), []);
    expect(await outcomeOf("https://nowhere.test/", { ...PUBLIC, resolve: nowhere })).toEqual({
      reason: "other_error",
      detail: "ENOTFOUND",
    });
  });
});
