import { defineConfig } from "vitest/config";

/** The files that prove the laws of writing: they are run again in every mode of `test/mode.ts`. */
const OF_THE_LAWS = ["laws.property", "examples", "once", "batches", "two-servers", "portability"];
const EVERY_TEST = "{src,test}/**/*.test.ts";
const whole = process.env["TEST_WHOLE"] === "1";

const project = (name: string, include: readonly string[]) => ({
  extends: true as const,
  test: { name, include: [...include], env: { TEST_MODE: name } },
});
const inMode = (name: string) =>
  project(name, whole ? [EVERY_TEST] : OF_THE_LAWS.map((file) => `test/${file}.test.ts`));

export default defineConfig({
  test: {
    globalSetup: ["@bincard/embedded-postgres/testing/setup"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      project("plain", [EVERY_TEST]),
      ...["alone", "together", "pair", "portability"].map(inMode),
    ],
  },
});
