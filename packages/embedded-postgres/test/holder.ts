import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Holder {
  readonly pid: number;
  readonly said: { readonly url?: string; readonly refused?: string };
  /** kill -9 */
  kill(): Promise<void>;
}

/** Starts the embedded PostgreSQL of a folder in another process. */
export async function holder(dataDir: string, { path }: { path?: string } = {}): Promise<Holder> {
  const script = fileURLToPath(new URL("hold.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
    ...(path === undefined ? {} : { env: { ...process.env, PATH: path } }),
  });
  const exited = once(child, "exit");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const said = JSON.parse(line.toString()) as Holder["said"];
  return {
    pid: child.pid ?? 0,
    said,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
