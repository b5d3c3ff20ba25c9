import { mkdtemp, rm, writeFile } from "node:fs/promises";
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
