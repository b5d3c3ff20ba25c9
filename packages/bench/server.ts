import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Bincard's own server as a process of its own, from the file that `pnpm start` runs. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL("../../apps/server/src/main.ts", import.meta.url));

export interface ServerSettings {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly rootToken: string;
}

export async function startServer(settings: ServerSettings): Promise<Server> {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      PORT: "0",
      LOG_LEVEL: "error",
      DATABASE_URL: settings.databaseUrl,
      BINCARD_DATA_DIR: settings.dataDir,
      BINCARD_ROOT_TOKEN: settings.rootToken,
      ...UNLIMITED,
    },
  });
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    // Read to the end even when nobody listens any more: a full pipe would stop the server.
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /(http:\/\/[^\s]+:\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error("the server ended before it was ready")));
  });
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** A bench is one caller that asks without end: the limits of a public server are not its subject. */
const UNLIMITED: Readonly<Record<string, string>> = {
  BINCARD_RATE_LIMIT_READS: "off",
  BINCARD_RATE_LIMIT_WRITES: "off",
  BINCARD_RATE_LIMIT_STRANGERS: "off",
};
