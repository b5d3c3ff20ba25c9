import { LIMITS, operations, parseOrRefuse } from "@bincard/contracts";
import { openLedger } from "@bincard/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { openLimited } from "../open-limited.ts";
import { at } from "../square/world.ts";

const HOST = "bincard.test";
const OURS = {
  "x-bincard-console": "1",
  "sec-fetch-site": "same-origin",
  origin: `http://${HOST}`,
};

/** A browser: it keeps the cookies that it is given, and says where its page is from. */
class Browser {
  readonly #app: App;
  readonly #from: string;
  readonly cookies = new Map<string, string>();

  constructor(app: App, from = "192.0.2.7") {
    this.#app = app;
    this.#from = from;
  }

  async ask(
    asked: string,
    { body, headers = OURS }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const [method = "GET", path = "/"] = asked.split(" ");
    const sent = new Headers({ "content-type": "application/json", ...headers });
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) sent.set("cookie", `theme=dark; ${cookies.join("; ")}`);
    const request = new Request(`http://${HOST}${path}`, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await this.#app.fetch(request, { address: () => this.#from });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
      if (/Max-Age=0/.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  async signIn(token: string): Promise<Response> {
    return this.ask("POST /console/session", { body: { token } });
  }
}

const codeIn = async (answer: Response) => {
  const body: unknown = await answer.json();
  return at(body, "error", "data", "failures", 0, "code") ?? at(body, "error", "code");
};

const count = async (browser: Browser, headers?: Readonly<Record<string, string>>) =>
  browser.ask("POST /trpc/counts.list", { body: {}, ...(headers && { headers }) });

describe("signing in with a token", () => {
  test("sets a cookie that no script reads and no other site sends", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    const answer = await browser.signIn(token);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      merchant: { name: "Bincard" },
      info: { scopes: expect.arrayContaining(["ADMIN"]) },
    });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      /^bincard=\w+\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
    );
    expect(cookie).not.toContain(token);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("over https the cookie is secure, and bound to its host", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    const headers = { ...OURS, origin: `https://${HOST}` };
    const answer = await browser.ask("POST /console/session", { body: { token }, headers });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-bincard=.*; Path=\/; .*; Secure$/);
    expect((await count(browser)).status).toBe(200);
    // Under its plain name any host beside this one, or anybody on the way, may have set it.
    const [[, secret] = ["", ""]] = browser.cookies;
    const fixed = new Browser(app);
    fixed.cookies.set("bincard", secret);
    expect(await codeIn(await count(fixed, headers))).toBe("UNAUTHENTICATED");
    expect((await count(fixed)).status).toBe(200);
  });

  test("a cookie is one port's: two servers on one machine do not sign each other's people out", async () => {
    const { app, token } = await openLimited();
    const request = new Request("http://127.0.0.1:4100/console/session", {
      method: "POST",
      headers: { ...OURS, "content-type": "application/json", origin: "http://127.0.0.1:4100" },
      body: JSON.stringify({ token }),
    });
    const answer = await app.fetch(request);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^bincard-4100=/);
  });

  test.each([
    [{ token: "nobody's" }, 401, "UNAUTHENTICATED"],
    [{ token: " " }, 400, "TOO_SHORT"],
    [{ token: "x".repeat(513) }, 400, "TOO_LONG"],
    [{}, 400, "MISSING_FIELD"],
    [{ token: "x", more: 1 }, 400, "UNKNOWN_FIELD"],
    ["x".repeat(5_000), 413, "BODY_TOO_LARGE"],
  ])("%j is refused", async (body, status, code) => {
    const { app } = await openLimited();
    const answer = await new Browser(app).ask("POST /console/session", { body });
    expect([answer.status, await codeIn(answer)]).toEqual([status, code]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test.each(["POST /console/session", "POST /console/open"])(
    "%s is read no further than a token is long, whatever it says of its length",
    async (asked) => {
      const { app } = await openLimited();
      let pulled = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled += 1_024;
          controller.enqueue(new Uint8Array(1_024).fill(0x20));
          if (pulled > LIMITS.bodyBytes) controller.close();
        },
      });
      const [method = "", path] = asked.split(" ");
      const init = { method, headers: OURS, body, duplex: "half" } as const;
      const answer = await app.fetch(new Request(`http://${HOST}${path}`, init));
      expect([answer.status, await codeIn(answer)]).toEqual([413, "BODY_TOO_LARGE"]);
      expect(pulled).toBeLessThan(LIMITS.consoleBodyBytes + 4 * 1_024);
    },
  );

  test("may fail only so often from one address", async () => {
    const strangers = { perSecond: 1, burst: 3 };
    const { app, token } = await openLimited({
      rateLimits: { reads: undefined, writes: undefined, strangers },
    });
    const known = new Browser(app);
    await known.signIn(token);
    expect((await count(known)).status).toBe(200);
    const guesser = new Browser(app);
    for (let guess = 1; guess <= 3; guess++)
      expect((await guesser.signIn(`guess ${guess}`)).status).toBe(401);
    const more = await guesser.signIn("guess 4");
    expect([more.status, more.headers.get("retry-after")]).toEqual([429, "1"]);
    const codes = await guesser.ask("POST /console/open", { body: { code: "guess" } });
    expect(codes.status).toBe(429);
    // Who is known at that address goes on working, and other addresses do.
    expect((await count(known)).status).toBe(200);
    expect((await new Browser(app, "192.0.2.8").signIn(token)).status).toBe(200);
  });
});

describe("a session", () => {
  test("says who is signed in, and asks at /trpc", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    expect(await codeIn(await browser.ask("GET /console/session"))).toBe("UNAUTHENTICATED");
    await browser.signIn(token);
    const who = await browser.ask("GET /console/session");
    expect(await who.json()).toMatchObject({ merchant: { name: "Bincard" } });
    expect((await count(browser)).status).toBe(200);
    const batch = { idempotencyKey: "k", changes: [] };
    const refused = await browser.ask("POST /trpc/changes.create", { body: batch });
    // By the ordinary door, as the quick one knows no cookies; refused by the contract, not by the door.
    expect([refused.status, await codeIn(refused)]).toEqual([400, "TOO_FEW"]);
  });

  test("carries its token's scopes and no more", async () => {
    const { app, newToken } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(await newToken(["ITEMS_READ"]));
    expect(await codeIn(await count(browser))).toBe("INSUFFICIENT_SCOPE");
    expect((await browser.ask("POST /trpc/catalog.list", { body: {} })).status).toBe(200);
  });

  test("follows the feed", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    const answer = await browser.ask("POST /trpc/feed.follow", { body: {} });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^event: connected/);
    await reader?.cancel();
  });

  test("is known to every server of the database, and ended on all of them", async () => {
    const { app, token, database } = await openLimited();
    const there = openLedger({ databaseUrl: database.url });
    onTestFinished(async () => there.close());
    const browser = new Browser(app);
    await browser.signIn(token);
    const elsewhere = new Browser(createApp({ ledger: there }));
    for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value);
    expect((await count(elsewhere)).status).toBe(200);
    expect((await browser.ask("DELETE /console/session")).status).toBe(204);
    await expect.poll(async () => (await count(elsewhere)).status, { timeout: 5_000 }).toBe(401);
  });

  test("is gone after signing out, cookie and all; and signing out twice is no fault", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    const [held] = browser.cookies;
    expect((await browser.ask("DELETE /console/session")).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    browser.cookies.set(...(held ?? ["", ""]));
    expect(await codeIn(await count(browser))).toBe("UNAUTHENTICATED");
    expect((await browser.ask("DELETE /console/session")).status).toBe(204);
  });

  test("is signed out of by whoever holds it; guesses count, and end nothing", async () => {
    const strangers = { perSecond: 0.001, burst: 3 };
    const { app, token } = await openLimited({
      rateLimits: { reads: undefined, writes: undefined, strangers },
    });
    const browser = new Browser(app);
    await browser.signIn(token);
    expect((await count(browser)).status).toBe(200);
    const [[name, held] = ["", ""]] = browser.cookies;
    const statuses = [];
    for (const letter of "ABCDE") {
      const guesser = new Browser(app);
      guesser.cookies.set(name, held.replace(/\.[\w-]{43}$/, `.${letter.repeat(43)}`));
      statuses.push((await guesser.ask("DELETE /console/session")).status);
    }
    expect(statuses).toEqual([204, 204, 204, 429, 429]);
    expect((await count(browser)).status).toBe(200);
    expect((await browser.ask("DELETE /console/session")).status).toBe(204);
    browser.cookies.set(name, held);
    expect((await browser.ask("GET /console/session")).ok).toBe(false);
  });

  test("ends when somebody else signs in at the same browser", async () => {
    const { app, token, newToken } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    const before = new Map(browser.cookies);
    await browser.signIn(await newToken(["ITEMS_READ"]));
    const held = new Browser(app);
    for (const [name, value] of before) held.cookies.set(name, value);
    expect((await count(held)).status).toBe(401);
    expect(await codeIn(await count(browser))).toBe("INSUFFICIENT_SCOPE");
  });

  test("ends when its token is revoked", async () => {
    const { app, ledger, token, newToken } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(await newToken(["INVENTORY_READ"]));
    const { info } = (await (await browser.ask("GET /console/session")).json()) as {
      info: { id: string };
    };
    const root = await ledger.authenticate(token);
    const input = parseOrRefuse(operations.tokens.revoke.input, { id: info.id });
    await ledger.tokens.revoke(root, input);
    expect(await codeIn(await count(browser))).toBe("TOKEN_REVOKED");
  });

  test("counts against its token's rate", async () => {
    const reads = { perSecond: 1, burst: 2 };
    const { app, token } = await openLimited({
      rateLimits: { reads, writes: undefined, strangers: undefined },
    });
    const browser = new Browser(app);
    await browser.signIn(token);
    const statuses = [];
    for (let time = 1; time <= 3; time++) statuses.push((await count(browser)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("what another site's page can bring about", () => {
  const ELSEWHERE: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["without the header", { origin: `http://${HOST}`, "sec-fetch-site": "same-origin" }],
    ["from another site", { ...OURS, "sec-fetch-site": "cross-site", origin: "http://evil.test" }],
    ["from another host of the site", { ...OURS, "sec-fetch-site": "same-site" }],
    ["from nowhere", { ...OURS, "sec-fetch-site": "none" }],
    ["by its origin", { "x-bincard-console": "1", origin: "http://evil.test" }],
    ["by its port", { "x-bincard-console": "1", origin: `http://${HOST}:81` }],
    ["from a sandbox", { "x-bincard-console": "1", origin: "null" }],
  ];

  test.each(ELSEWHERE)("nothing %s", async (_, headers) => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    expect(await codeIn(await count(browser, headers))).toBe("UNAUTHENTICATED");
    for (const [asked, body] of [
      ["GET /console/session", undefined],
      ["POST /console/session", { token }],
      ["POST /console/open", { code: "x" }],
      ["DELETE /console/session", undefined],
    ] as const) {
      const answer = await browser.ask(asked, { body, headers });
      expect([asked, answer.status]).toEqual([asked, 401]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await count(browser)).status).toBe(200);
  });

  test("the cookie counts nowhere but at /trpc", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    for (const asked of ["GET /v2/locations", "GET /metrics", "POST /console/codes"])
      expect([asked, (await browser.ask(asked)).status]).toEqual([asked, 401]);
  });

  test("a bearer token beside the cookie is the one that counts", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    const headers = { ...OURS, authorization: "Bearer nobody" };
    expect(await codeIn(await count(browser, headers))).toBe("UNAUTHENTICATED");
  });

  test("a browser that does not say where a page is from is believed by the header and the origin", async () => {
    const { app, token } = await openLimited();
    const browser = new Browser(app);
    await browser.signIn(token);
    expect((await count(browser, { "x-bincard-console": "1" })).status).toBe(200);
    const origin = `http://${HOST}`;
    expect((await count(browser, { "x-bincard-console": "1", origin })).status).toBe(200);
  });

  test("a page of a permitted origin still brings no cookie", async () => {
    const { ask } = await openLimited({ app: { corsOrigins: ["https://till.test"] } });
    const preflight = await ask("OPTIONS /trpc/counts.list", {
      token: null,
      headers: {
        Origin: "https://till.test",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-bincard-console",
      },
    });
    expect(preflight.headers.get("access-control-allow-headers")).not.toMatch(/console/i);
    expect(preflight.headers.has("access-control-allow-credentials")).toBe(false);
  });
});

describe("a code", () => {
  test("opens a session, once; the address it is opened at never leaves the browser", async () => {
    const { app, ask } = await openLimited();
    const made = await ask("POST /console/codes");
    expect(made.status).toBe(200);
    const { code, path } = (await made.json()) as { code: string; path: string };
    expect(path).toBe(`/console/open#${code}`);
    const browser = new Browser(app);
    const opened = await browser.ask("POST /console/open", { body: { code } });
    expect(await opened.json()).toMatchObject({ merchant: { name: "Bincard" } });
    expect((await count(browser)).status).toBe(200);
    const again = await new Browser(app).ask("POST /console/open", { body: { code } });
    expect([again.status, await codeIn(again)]).toEqual([401, "UNAUTHENTICATED"]);
  });

  test("is made for whoever brings a token", async () => {
    const { ask, newToken } = await openLimited();
    expect((await ask("POST /console/codes", { token: null })).status).toBe(401);
    const token = await newToken(["ITEMS_READ"]);
    expect((await ask("POST /console/codes", { token })).status).toBe(200);
  });

  test("is opened by a page that loads nothing from elsewhere and is kept nowhere", async () => {
    const { app } = await openLimited();
    const browser = new Browser(app);
    const page = await browser.ask("GET /console/open", { headers: {} });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self'/,
    );
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await page.text()).toContain('<script src="/console/open.js">');
    const script = await browser.ask("GET /console/open.js", { headers: {} });
    expect(script.headers.get("content-type")).toMatch("text/javascript");
  });
});

test("the server's status is for who is signed in, the database's for operators", async () => {
  const { app, token, newToken } = await openLimited();
  const operator = new Browser(app);
  expect((await operator.ask("GET /console/status")).status).toBe(401);
  await operator.signIn(token);
  expect(await (await operator.ask("GET /console/status")).json()).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    startedAt: expect.any(String),
    now: expect.any(String),
    requests: 1,
    waiting: 0,
    webhooks: expect.objectContaining({ pending: 0, dead: 0 }),
    database: expect.objectContaining({ permitted: expect.any(Number) }),
  });
  const clerk = new Browser(app);
  await clerk.signIn(await newToken(["INVENTORY_READ"]));
  expect(await (await clerk.ask("GET /console/status")).json()).not.toHaveProperty("database");
  expect(await (await clerk.ask("GET /console/status")).json()).not.toHaveProperty("webhooks");
});

test("what the console does not know", async () => {
  const { app } = await openLimited();
  const browser = new Browser(app);
  const unknown = await browser.ask("GET /console/nothing");
  expect([unknown.status, await codeIn(unknown)]).toEqual([404, "UNKNOWN_OPERATION"]);
  const wrong = await browser.ask("PUT /console/session");
  expect([wrong.status, await codeIn(wrong)]).toEqual([405, "METHOD_NOT_ALLOWED"]);
  expect(wrong.headers.get("allow")).toBe("GET, HEAD, POST, DELETE");
});
