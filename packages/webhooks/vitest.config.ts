import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,test}/**/*.test.ts"],
    // A quarter of a million faults and a million levels take a busy machine a while.
    testTimeout: 60_000,
  },
});
