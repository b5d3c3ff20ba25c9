import { defineConfig } from "@playwright/test";
import { chromium, CHROMIUM_ARGUMENTS } from "./test/chromium.ts";

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
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-GB",
    launchOptions: {
      executablePath: chromium() ?? "chromium",
      args: CHROMIUM_ARGUMENTS,
    },
  },
});
