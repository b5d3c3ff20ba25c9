import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { Gate } from "../../src/gate.ts";
import { listen } from "../../src/listen.ts";

const SCRIPT = `export const words = ${JSON.stringify("stock ".repeat(500))};\n`;
const PAGE = "<!doctype html><title>Bincard</title>";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "bincard-console-"));
  onTestFinished(async () => rm(made, { recursive: true, force: true }));
  return made;
}

/** What a build leaves, beside a secret that is none of it. */
async function built(): Promise<string> {
  const outside = await folder();
  const inside = join(outside, "dist");
  await mkdir(join(inside, "assets"), { recursive: true });
  await writeFile(join(outside, "root-token"), "secret");
  await writeFile(join(inside, "index.html"), PAGE);
  await writeFile(join(inside, "icon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  await writeFile(join(inside, "assets", "main-B1a2c3.js"), SCRIPT);
  await writeFile(join(inside, "assets", "picture.png"), "not packed");
  await writeFile(join(inside, ".env"), "TOKEN=secret");
  return inside;
}

function open(consoleFolder: string) {
  const app = createApp({ ledger: new Gate(), consoleFolder });
  return async (asked: string, headers: Readonly<Record<string, string>> = {}) => {
    const [method = "GET", path = "/"] = asked.split(" ");
    return app.fetch(new Request(`http://bincard.test${path}`, { method, headers }));
  };
}

test.each(["/", "/stock", "/items/TEA-100G", "/changes?type=TRANSFER", "/count/", "/index.html"])(
  "GET %s is the page, which is asked for each time",
  async (path) => {
    const answer = await open(await built())(`GET ${path}`);
    expect([answer.status, await answer.text()]).toEqual([200, PAGE]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  },
);

test("a file whose name changes with its contents is kept for good, and sent packed", async () => {
  const ask = open(await built());
  const path = "GET /assets/main-B1a2c3.js";
  const plain = await ask(path);
  expect(Object.fromEntries(plain.headers)).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  expect(await plain.text()).toBe(SCRIPT);
  const bytes = async (accepted: string) => {
    const answer = await ask(path, { "accept-encoding": accepted });
    return [
      answer.headers.get("content-encoding"),
      Buffer.from(await answer.arrayBuffer()),
    ] as const;
  };
  const [br, brotli] = await bytes("gzip, deflate, br");
  expect([br, brotliDecompressSync(brotli).toString()]).toEqual(["br", SCRIPT]);
  const [gzip, zipped] = await bytes("gzip, br;q=0");
  expect([gzip, gunzipSync(zipped).toString()]).toEqual(["gzip", SCRIPT]);
  expect(zipped.byteLength).toBeLessThan(SCRIPT.length / 10);
  expect((await bytes("gzip;q=0.5, br;q=0.0"))[0]).toBe("gzip");
  expect((await bytes("identity"))[0]).toBeNull();
  const picture = await ask("GET /assets/picture.png", { "accept-encoding": "br" });
  expect(picture.headers.get("content-encoding")).toBeNull();
});

test("a file that keeps its name is asked after, and sent again when it changed", async () => {
  const ask = open(await built());
  const first = await ask("GET /icon.svg");
  const etag = first.headers.get("etag") ?? "";
  expect([first.headers.get("cache-control"), etag]).toEqual([
    "no-cache",
    expect.stringMatching(/^"/),
  ]);
  const again = await ask("GET /icon.svg", { "if-none-match": etag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("HEAD answers as GET does, without the body", async () => {
  const url = await serve(await built());
  const answer = await fetch(`${url}/stock`, { method: "HEAD" });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
});

test.each([
  "/../root-token",
  "/assets/../../root-token",
  "/assets/..%2f..%2froot-token",
  "/%2e%2e/root-token",
  "/..%5croot-token",
  "//etc/passwd",
  "/.env",
  "/assets",
  "/assets/",
  "/assets/none.js",
  "/stockroom",
  "/nothing",
  "/%",
  "/icon.svg%00",
])("GET %s is not served", async (path) => {
  const url = await serve(await built());
  const { host } = new URL(url);
  const answer = await raw(
    host,
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(answer).not.toContain("secret");
});

test("nothing but reads is answered with a page", async () => {
  const ask = open(await built());
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
    expect((await ask(`${method} /stock`)).status).toBe(404);
});

test("the doors are where they were", async () => {
  const ask = open(await built());
  for (const path of ["/trpc/counts.list", "/v2/locations", "/metrics"])
    expect([path, (await ask(`GET ${path}`)).headers.get("content-type")]).toEqual([
      path,
      expect.stringMatching("application/json"),
    ]);
  expect(await (await ask("GET /livez")).text()).not.toContain("html");
});

test("without a build the page says how to make one, and everything else is as it was", async () => {
  const empty = await folder();
  const ask = open(join(empty, "dist"));
  for (const path of ["/", "/stock"]) {
    const answer = await ask(`GET ${path}`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      503,
      "text/plain; charset=utf-8",
    ]);
    expect(await answer.text()).toMatch(
      /^The console is not built: run "pnpm .* build", then reload\.\n$/,
    );
  }
  expect((await ask("GET /assets/main.js")).status).toBe(404);
  await mkdir(join(empty, "dist"));
  await writeFile(join(empty, "dist", "index.html"), PAGE);
  expect(await (await ask("GET /")).text()).toBe(PAGE);
});

test("a new build shows without a restart", async () => {
  const inside = await built();
  const ask = open(inside);
  await (await ask("GET /")).text();
  await new Promise((wake) => setTimeout(wake, 20));
  await writeFile(join(inside, "assets", "main-D4e5f6.js"), "new");
  await writeFile(join(inside, "index.html"), `${PAGE}new`);
  expect(await (await ask("GET /")).text()).toBe(`${PAGE}new`);
  expect(await (await ask("GET /assets/main-D4e5f6.js")).text()).toBe("new");
});

async function serve(consoleFolder: string): Promise<string> {
  const app = createApp({ ledger: new Gate(), consoleFolder });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  onTestFinished(async () => server.close());
  return server.url;
}

/** As the bytes stand: `fetch` would tidy the path up. */
async function raw(host: string, sent: string): Promise<string> {
  const { connect } = await import("node:net");
  const [name = "", port = ""] = host.split(":");
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), name, () => socket.write(sent));
    socket.on("data", (data) => (text += data.toString("latin1")));
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}
