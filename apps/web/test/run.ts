import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "./chromium.ts";
import { startServer } from "./server.ts";

/**
 * The browser's tests: `pnpm --filter @bincard/web browser`, and behind it what Playwright takes, such as a
 * file's name. They drive the built console on a real server; without a browser they say so and are done.
 */
const WEB = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<number> {
  if (chromium() === undefined) {
    process.stdout.write("no Chromium on this machine: the browser's tests are left out\n");
    return 0;
  }
  if (!existsSync(`${WEB}/dist/index.html`)) {
    process.stderr.write('the console is not built: run "pnpm --filter @bincard/web build"\n');
    return 1;
  }
  const server = await startServer();
  try {
    const given = process.argv.slice(2);
    const child = spawn("playwright", ["test", ...given], {
      cwd: WEB,
      stdio: "inherit",
      env: {
        ...process.env,
        BINCARD_TEST_URL: server.url,
        BINCARD_TEST_ROOT_TOKEN: server.rootToken,
        BINCARD_TEST_DATABASE_URL: server.databaseUrl,
      },
    });
    const [code]: (number | null)[] = await once(child, "close");
    return code ?? 1;
  } finally {
    await server.stop();
  }
}

process.exitCode = await main();
