import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,test}/**/*.test.ts"],
    globalSetup: ["@bincard/embedded-postgres/testing/setup"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
