import process from "node:process";
import type { Io } from "./io.ts";

/** This process as the CLI sees it. The first Ctrl-C asks to stop, the second stops. */
export function processIo(): Io {
  const interruption = new AbortController();
  process.on("SIGINT", () => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
  // A reader that leaves early (`bincard counts | head`) also raises an event; the write itself reports it.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    interrupted: interruption.signal,
    async openPage(url) {
      const { default: open } = await import("open");
      await open(url);
    },
  };
}
