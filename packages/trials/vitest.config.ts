import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,test}/**/*.test.ts"],
    globalSetup: ["@bincard/embedded-postgres/testing/setup"],
    pool: "forks",
    // A trial starts servers and clusters of its own and may wait for them to come back.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
