import { expect, test } from "vitest";
import { AccessLog } from "../src/access-log.ts";
import { openLog } from "../src/log.ts";
import { openLimited } from "./open-limited.ts";

const answered = {
  requestId: "r",
  method: "GET",
  path: "/v2/locations",
  status: 200,
  milliseconds: 3,
  isRoutine: false,
};

function capture() {
  const lines: Record<string, unknown>[] = [];
  const log = openLog("trace", { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

test("neither tokens nor what a caller sent reach the log, whatever fails", async () => {
  const { ask, database, logged, newToken, token } = await openLimited();
  const till = await newToken();
  const private_ = "the-name-of-a-customer";
  const body = { name: private_, description: token, idempotencyKey: token };
  // Every table of ours is gone: whatever is asked fails in the database, with a statement and its parameters.
  await database.run("alter schema bincard rename to elsewhere");
  const paths = ["/trpc/locations.create", "/v2/locations", "/v2/catalog/batch-upsert"];
  for (const path of [
    ...paths,
    `/v2/inventory/${till}`,
    `/v2/locations/${private_}?secret=${till}`,
  ]) {
    for (const method of ["GET", "POST"]) {
      const sent = method === "POST" ? { body } : {};
      const headers = { "X-Api-Key": till, Cookie: `session=${token}` };
      await ask(`${method} ${path}`, { ...sent, headers });
      await ask(`${method} ${path}`, { ...sent, headers, token: till });
      await ask(`${method} ${path}`, { ...sent, headers, token: `${till}x` });
    }
  }
  expect(logged()).toContain("a request failed");
  expect(logged()).not.toContain(token);
  expect(logged()).not.toContain(till);
  expect(logged().replaceAll(`/v2/locations/${private_}`, "")).not.toContain(private_);
});

test("an error is logged without its parameters, and with what it came from", () => {
  const { log, lines } = capture();
  const cause = Object.assign(new Error('relation "bincard.x" does not exist'), {
    code: "42P01",
    table_name: "x",
    detail: "Key (name)=(a customer) already exists",
    parameters: ["a customer"],
  });
  const words = "Failed query: select $1\nparams: a customer,and\nanother line of it";
  log.error({ err: new Error(words, { cause }) }, "a request failed");
  const [line] = lines;
  expect(line).toMatchObject({
    err: {
      type: "Error",
      message: "Failed query: select $1\nparams: [redacted]",
      stack: expect.stringContaining("logs.test.ts"),
      cause: { code: "42P01", table: "x", message: 'relation "bincard.x" does not exist' },
    },
  });
  expect(JSON.stringify(line)).not.toMatch(/a customer|another line/);
});

test("what is written like a secret is blanked wherever it stands", () => {
  const { log, lines } = capture();
  const token = `bincard_${"A1-_".repeat(10)}`;
  const words = `connect postgres://user:hunter2@db:5432/x with Bearer abc.def and ${token}`;
  log.error({ err: new Error(words), path: `/v2/inventory/${token}` }, "no");
  expect(JSON.stringify(lines)).not.toMatch(/hunter2|abc\.def|A1-_/);
  expect(lines[0]).toMatchObject({ path: "/v2/inventory/bincard_[redacted]" });
});

test("above the lines a second, answers are counted, but faults and slow ones still have theirs", () => {
  const { log, lines } = capture();
  const access = new AccessLog(log, 2);
  for (let at = 0; at < 10; at++) access.answered(answered, 1_000 + at);
  access.answered({ ...answered, status: 500 }, 1_020);
  access.answered({ ...answered, milliseconds: 1_500 }, 1_030);
  expect(lines.map(({ status, milliseconds }) => [status, milliseconds])).toEqual([
    [200, 3],
    [200, 3],
    [500, 3],
    [200, 1_500],
  ]);
  access.answered(answered, 2_100);
  expect(lines.slice(4)).toMatchObject([
    { answers: 8, msg: "answered without a line" },
    { status: 200 },
  ]);
});

test("a path of a megabyte is no line of a megabyte", () => {
  const { log, lines } = capture();
  new AccessLog(log, 10).answered({ ...answered, path: `/${"x".repeat(1_000_000)}` }, 0);
  expect(String(lines[0]?.["path"])).toHaveLength(257);
});
