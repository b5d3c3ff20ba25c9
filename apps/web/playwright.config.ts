import { defineConfig } from "@playwright/test";
import { chromium, CHROMIUM_ARGUMENTS, SCREEN } from "./test/chromium.ts";

/** Started by test/run.ts, which has a server running by then. */
export default defineConfig({
  testDir: "test",
  testMatch: "*.spec.ts",
  outputDir: "../../node_modules/.cache/bincard-web",
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [["dot"], ["./test/summary.ts"]],
  use: {
    contextOptions: SCREEN,
    launchOptions: {
      executablePath: chromium() ?? "chromium",
      // A test's pages come from one process, which has read the console's files already.
      args: [...CHROMIUM_ARGUMENTS, "--process-per-site"],
    },
  },
});
