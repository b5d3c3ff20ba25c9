import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,test}/**/*.test.ts"],
    // The compiler runs in some of these, and machines that test are busy.
    testTimeout: 60_000,
  },
});
