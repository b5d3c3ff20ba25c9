import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen, type Patience } from "../src/listen.ts";
import { openLimited } from "./open-limited.ts";
import { until } from "./until.ts";

const LONG = 60_000;
const PATIENT: Patience = { headers: LONG, request: LONG, keepAlive: LONG, silence: LONG };

async function served(patience: Partial<Patience>, maxConnections?: number) {
  const stage = await openLimited();
  let dropped = 0;
  const listening = await listen(stage.app, {
    host: "127.0.0.1",
    port: 0,
    maxConnections,
    patience: { ...PATIENT, ...patience },
    onConnectionDropped: () => void (dropped += 1),
  });
  onTestFinished(listening.close);
  return { ...stage, ...listening, dropped: () => dropped };
}

/** It goes on answering; a machine that stalls may need more than one attempt to say so within the patience. */
const goesOn = async (url: string) =>
  until(async () => (await fetch(`${url}/livez`)).status === 200);

/** A caller that says this much and then waits. Resolves with what it heard before it was cut off. */
async function heardUntilCut(url: string, said: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.on("data", (data) => (heard += data.toString()));
  socket.on("error", () => undefined);
  socket.write(said);
  await once(socket, "close");
  return heard;
}

test("one that says nothing, or never ends its headers, is cut off", async () => {
  const { url } = await served({ headers: 200 });
  expect(await heardUntilCut(url, "")).toMatch(/^HTTP\/1\.1 408 |^$/);
  expect(await heardUntilCut(url, "GET /livez HTTP/1.1\r\nHost: b\r\nX-A: ")).toMatch(
    /^HTTP\/1\.1 408 /,
  );
  await goesOn(url);
});

test("one that never ends its body is cut off, and its place is free again", async () => {
  const { url, token, reception } = await served({ headers: 200, request: 400 });
  const head = [
    "POST /trpc/counts.list HTTP/1.1",
    "Host: b",
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    "Content-Length: 100",
  ].join("\r\n");
  await heardUntilCut(url, `${head}\r\n\r\n{`);
  await until(() => reception.inFlight === 0);
  await goesOn(url);
});

test("a connection that is kept for a next request which does not come is closed", async () => {
  const { url } = await served({ keepAlive: 200 });
  const heard = await heardUntilCut(url, "GET /livez HTTP/1.1\r\nHost: b\r\n\r\n");
  expect(heard).toMatch(/^HTTP\/1\.1 200 /);
});

test("a reader that takes nothing of what it asked for is cut off", async () => {
  const { url, connections } = await served({ silence: 1_000 });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.pause();
  // So many answers that they fit no socket's buffer.
  const ask = "GET /livez HTTP/1.1\r\nHost: b\r\n\r\n".repeat(1_000);
  for (let sent = 0; sent < 50; sent++) socket.write(ask);
  await until(() => connections() === 1);
  await until(() => connections() === 0);
  await goesOn(url);
});

test("connections are bounded, and those in excess are counted", async () => {
  const { url, connections, dropped } = await served({}, 2);
  const { hostname, port } = new URL(url);
  const sockets = [0, 1].map(() => connect(Number(port), hostname));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map(async (socket) => once(socket, "connect")));
  await until(() => connections() === 2);
  expect(await heardUntilCut(url, "GET /livez HTTP/1.1\r\nHost: b\r\n\r\n")).toBe("");
  expect(dropped()).toBe(1);
  sockets[0]?.destroy();
  await until(() => connections() === 1);
  const served_ = await fetch(`${url}/livez`, { headers: { Connection: "close" } });
  expect(served_.status).toBe(200);
});
