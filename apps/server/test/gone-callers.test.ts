import { once } from "node:events";
import { connect } from "node:net";
import postgres from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../src/listen.ts";
import { openLimited } from "./open-limited.ts";

/** The thin paths, and an ordinary one of each door. */
const PATHS = [
  "/trpc/changes.create",
  "/v2/inventory/changes/batch-create",
  "/trpc/counts.list",
  "/v2/inventory/counts/batch-retrieve",
];
const PATIENTLY = { timeout: 20_000 };

async function served() {
  const stage = await openLimited();
  const listening = await listen(stage.app, { host: "127.0.0.1", port: 0 });
  onTestFinished(listening.close);
  const { hostname, port } = new URL(listening.url);

  /** Sends a request's headers and half of its body, and leaves when told to. */
  async function begin(path: string, { token, id }: { token: string; id: string }) {
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    const lines = [
      `POST ${path} HTTP/1.1`,
      "Host: b",
      "Content-Type: application/json",
      `Authorization: Bearer ${token}`,
      `X-Request-Id: ${id}`,
      "Content-Length: 100",
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n{"idem`);
    return async () => {
      socket.destroy();
      await expect.poll(listening.connections, PATIENTLY).toBe(0);
    };
  }

  /** The request's line in the access log, once it has left the server. */
  const lineOf = (id: string) =>
    stage
      .logged()
      .split("\n")
      .find((line) => line.includes(`"${id}"`) && line.includes('"answered"'));

  /** Nothing of it is left, and none of it was a fault of ours. */
  async function expectGone(id: string) {
    await expect.poll(() => lineOf(id), PATIENTLY).toMatch('"status":400');
    expect(stage.reception.inFlight).toBe(0);
    expect(stage.logged()).not.toContain('"a request failed"');
    await listening.drain();
  }
  return { ...stage, begin, expectGone };
}

describe("a caller that goes away leaves nothing behind, and no fault of ours", () => {
  test.each(PATHS)("while it is looked up: %s", async (path) => {
    const { begin, expectGone, database, newToken } = await served();
    // Not known yet, so the database is asked; and that takes as long as it is told to.
    const token = await newToken();
    const owner = postgres(database.url, { max: 1 });
    onTestFinished(async () => owner.end());
    await owner.begin(async (holder) => {
      await holder`lock table bincard.tokens`;
      const leave = await begin(path, { token, id: "gone" });
      const waiting = async () =>
        holder`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(waiting, PATIENTLY).toHaveLength(1);
      await leave();
    });
    await expectGone("gone");
  });

  test.each(PATHS)("in the middle of its body: %s", async (path) => {
    const { begin, expectGone, reception, token } = await served();
    const leave = await begin(path, { token, id: "gone" });
    await expect.poll(() => reception.inFlight, PATIENTLY).toBe(1);
    await leave();
    await expectGone("gone");
  });
});
