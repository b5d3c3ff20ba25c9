import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LIMITS } from "@bincard/contracts";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../src/env.ts";

test("without settings: the embedded database in the working folder, on this machine only", () => {
  expect(readSettings({})).toEqual({
    host: "127.0.0.1",
    port: 4100,
    dataDir: resolve(".bincard"),
    databaseUrl: undefined,
    rootToken: undefined,
    logLevel: "info",
    logLines: 100,
    rateLimits: {
      reads: { perSecond: LIMITS.readsPerSecond, burst: LIMITS.readsBurst },
      writes: { perSecond: LIMITS.writesPerSecond, burst: LIMITS.writesBurst },
      strangers: { perSecond: LIMITS.strangersPerSecond, burst: LIMITS.strangersBurst },
    },
    inFlight: { perMerchant: LIMITS.inFlightPerMerchant, total: LIMITS.inFlight },
    maxConnections: LIMITS.connections,
    trustedProxies: undefined,
    corsOrigins: [],
    metricsToken: undefined,
    traces: undefined,
  });
});

test("an empty variable is an unset one", () => {
  const empty = { HOST: "", PORT: "", BINCARD_DATA_DIR: "", DATABASE_URL: "", LOG_LEVEL: "" };
  expect(readSettings(empty)).toEqual(readSettings({}));
});

test("every fault is named at once, in one sentence", () => {
  const read = () =>
    readSettings({
      PORT: "http",
      DATABASE_URL: "mysql://somewhere",
      BINCARD_ROOT_TOKEN: "short",
      LOG_LEVEL: "loud",
    });
  expect(read).toThrow(
    "PORT must be a port number; " +
      'DATABASE_URL must be a PostgreSQL URL such as "postgres://user:password@host:5432/name"; ' +
      "BINCARD_ROOT_TOKEN must have at least 32 characters; " +
      "LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace",
  );
});

test.each([
  "postgres://us%zz:secret@127.0.0.1:1/x",
  "postgres://u:secret%@127.0.0.1:1/x",
  "postgres://u:secret%ff@127.0.0.1:1/x",
  "postgres://u:secret@127.0.0.1:1/m%zz",
  "postgres://u:secret@%zz/x",
])("a %% that is no escape is named with its variable, the password is not: %s", (DATABASE_URL) => {
  expect(() => readSettings({ DATABASE_URL })).toThrow(
    /^DATABASE_URL has a % that is not an escape: write it as %25$/,
  );
});

test("escapes are taken wherever a URL has them", () => {
  const DATABASE_URL = "postgres://m%C3%BCller:50%25%40@[::1]:5432/my%20stock?application_name=a%";
  expect(readSettings({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL);
});

test.each(["-1", "65536", "4100.5", "4100 ", "0x10"])("PORT %j is refused", (PORT) => {
  expect(() => readSettings({ PORT })).toThrow(/^PORT must be/);
});

test("the root token: as long as the limits say, and fit for a header", () => {
  const { rootTokenCharactersMin: min, tokenCharacters: max } = LIMITS;
  const read = (BINCARD_ROOT_TOKEN: string) => () => readSettings({ BINCARD_ROOT_TOKEN });
  expect(read("x".repeat(min))().rootToken).toBe("x".repeat(min));
  expect(read("x".repeat(max))().rootToken).toBe("x".repeat(max));
  expect(read("x".repeat(min - 1))).toThrow(`at least ${min} characters`);
  expect(read("x".repeat(max + 1))).toThrow(`at most ${max} characters`);
  expect(read(`${"x".repeat(min)} y`)).toThrow("without spaces");
});

test("secrets come from files, too, and are never quoted in a fault", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bincard-env-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = join(folder, "secret");
  await writeFile(file, `${"s".repeat(32)}\n`);
  expect(readSettings({ BINCARD_ROOT_TOKEN_FILE: file }).rootToken).toBe("s".repeat(32));
  expect(() => readSettings({ BINCARD_ROOT_TOKEN_FILE: join(folder, "none") })).toThrow(
    "BINCARD_ROOT_TOKEN_FILE cannot be read (ENOENT)",
  );
  const both = { BINCARD_ROOT_TOKEN_FILE: file, BINCARD_ROOT_TOKEN: "t".repeat(32) };
  expect(() => readSettings(both)).toThrow("are both set: keep one");
  await writeFile(file, "hunter2");
  expect(() => readSettings({ DATABASE_URL_FILE: file })).toThrow(
    /^(?!.*hunter2)DATABASE_URL must/,
  );
});

test("limits: another number, a burst with it, or off", () => {
  const limits = readSettings({
    BINCARD_RATE_LIMIT_READS: "50",
    BINCARD_RATE_LIMIT_WRITES: "20:400",
    BINCARD_RATE_LIMIT_STRANGERS: "off",
    BINCARD_IN_FLIGHT_PER_MERCHANT: "off",
    BINCARD_IN_FLIGHT: "7",
    BINCARD_MAX_CONNECTIONS: "off",
    BINCARD_LOG_LINES: "0",
  });
  expect(limits).toMatchObject({
    rateLimits: {
      reads: { perSecond: 50, burst: 150 },
      writes: { perSecond: 20, burst: 400 },
      strangers: undefined,
    },
    inFlight: { perMerchant: undefined, total: 7 },
    maxConnections: undefined,
    logLines: 0,
  });
});

test.each([
  ["BINCARD_RATE_LIMIT_READS", "fast", /must be requests a second/],
  ["BINCARD_RATE_LIMIT_READS", "0", /must be requests a second/],
  ["BINCARD_RATE_LIMIT_WRITES", "10:", /must be requests a second/],
  ["BINCARD_RATE_LIMIT_WRITES", "10:20:30", /must be requests a second/],
  ["BINCARD_RATE_LIMIT_STRANGERS", "-1", /must be requests a second/],
  ["BINCARD_IN_FLIGHT", "0", /must be a whole number above 0, or "off"/],
  ["BINCARD_MAX_CONNECTIONS", "1e3", /must be a whole number above 0, or "off"/],
  ["BINCARD_LOG_LINES", "many", /must be a whole number/],
  ["BINCARD_TRUSTED_PROXIES", "10.0.0.0/8, proxy", /proxy is neither an address nor a network/],
  ["BINCARD_CORS_ORIGINS", "https://a.example, https://b.example/x", /https:..b.example.x is none/],
  ["BINCARD_CORS_ORIGINS", "*", /\* is none/],
  ["BINCARD_METRICS_TOKEN", "short", /must have at least 32 characters/],
  ["BINCARD_SECRET_KEY", "short", /must have at least 32 characters/],
  ["BINCARD_WEBHOOKS_ALLOW_LOCAL", "yes", /must be "true" or "false"/],
  ["BINCARD_WEBHOOKS_RETRY_SCALE", "0", /must be above 0/],
  ["BINCARD_WEBHOOKS_RETRY_SCALE", "2", /must be a number from 0 to 1/],
  ["BINCARD_OTLP_ENDPOINT", "collector:4318", /must be an address such as/],
  ["OTEL_TRACES_SAMPLER_ARG", "1.5", /must be a number from 0 to 1/],
])("%s %j is refused", (name, value, said) => {
  expect(() => readSettings({ [name]: value })).toThrow(said);
});

test("webhooks: none without a secret, careful unless told", () => {
  expect(readSettings({ BINCARD_WEBHOOKS_ALLOW_LOCAL: "true" }).webhooks).toBeUndefined();
  const secretKey = "s".repeat(32);
  expect(readSettings({ BINCARD_SECRET_KEY: secretKey }).webhooks).toEqual({
    secretKey,
    allowLocal: false,
    retryScale: 1,
  });
  const loose = { BINCARD_WEBHOOKS_ALLOW_LOCAL: "true", BINCARD_WEBHOOKS_RETRY_SCALE: "0.01" };
  expect(readSettings({ BINCARD_SECRET_KEY: secretKey, ...loose }).webhooks).toEqual({
    secretKey,
    allowLocal: true,
    retryScale: 0.01,
  });
});

test("lists: proxies and origins, with or without spaces", () => {
  const settings = readSettings({
    BINCARD_TRUSTED_PROXIES: "10.0.0.0/8,::1",
    BINCARD_CORS_ORIGINS: "https://a.example, http://localhost:5173",
  });
  expect(settings.trustedProxies?.check("10.1.2.3", "ipv4")).toBe(true);
  expect(settings.trustedProxies?.check("192.0.2.1", "ipv4")).toBe(false);
  expect(settings.corsOrigins).toEqual(["https://a.example", "http://localhost:5173"]);
});

test("the reference names every variable that is read, and none that is not", async () => {
  const [source, page] = await Promise.all(
    ["../src/env.ts", "../../../docs/reference/configuration.md"].map(async (path) =>
      readFile(new URL(path, import.meta.url), "utf8"),
    ),
  );
  const read = [...source!.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name);
  const secrets = /const SECRETS = \[([^\]]+)\]/.exec(source!)?.[1]?.match(/[A-Z_]+/g) ?? [];
  const table = page!.slice(page!.indexOf("| variable"), page!.indexOf("The first start"));
  const named = [...table.matchAll(/`([A-Z][A-Z_]+)`(?=[^|]*\|[^|]*\|)/g)].map(([, name]) => name);
  const wanted = [...read, ...secrets.map((name) => `${name}_FILE`)];
  expect(wanted.length).toBeGreaterThan(20);
  expect([...new Set(named)].toSorted()).toEqual(wanted.toSorted());
});
