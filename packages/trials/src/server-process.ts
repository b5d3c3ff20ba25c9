import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const KEPT_CHARACTERS = 20_000;
const LAST_WORDS = 2_000;

/** The real server in a process of its own, on a port that it keeps through its lives. */
export class ServerProcess {
  readonly port: number;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #output = "";
  #isReady = false;
  #isKilled = false;
  /** Its last words, each time it ended after it was ready and without having been killed. */
  readonly deaths: string[] = [];

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.#env = env;
  }

  static async open(settings: {
    databaseUrl: string;
    rootToken: string;
    env?: Readonly<Record<string, string>>;
  }): Promise<ServerProcess> {
    const port = await freePort();
    const server = new ServerProcess(port, {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: "error",
      BINCARD_DATA_DIR: tmpdir(),
      DATABASE_URL: settings.databaseUrl,
      BINCARD_ROOT_TOKEN: settings.rootToken,
      ...settings.env,
    });
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** What it wrote last: the log, and a crash's trace. */
  get output(): string {
    return this.#output;
  }

  /** Until it is ready. One that ends before (its database is away) is started again. */
  async start({ patienceMs = 60_000 } = {}): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await this.#launch()))
      if (Date.now() > deadline) throw new Error(`the server does not start: ${this.#output}`);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#isReady = false;
    this.#isKilled = true;
    this.#child?.kill(signal);
    await this.#ended;
  }

  /** Stops it in the middle of whatever it does; `wake` lets it go on. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  wake(): void {
    this.#child?.kill("SIGCONT");
  }

  async #launch(): Promise<boolean> {
    const child = spawn(process.execPath, ["--import", "tsx", "apps/server/src/main.ts"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: this.#env,
    });
    this.#child = child;
    let greeted = false;
    this.#isKilled = false;
    this.#ended = once(child, "close").then(() => {
      this.#isReady = false;
      if (greeted && !this.#isKilled) this.deaths.push(this.#output.slice(-LAST_WORDS));
    });
    const ready = new Promise<boolean>((resolve) => {
      const take = (data: Buffer) => {
        this.#output = (this.#output + data.toString()).slice(-KEPT_CHARACTERS);
        if (greeted || !this.#output.includes("Ctrl-C")) return;
        greeted = true;
        resolve(true);
      };
      this.#output = "";
      child.stdout.on("data", take);
      child.stderr.on("data", take);
    });
    this.#isReady = await Promise.race([ready, this.#ended.then(() => false)]);
    return this.#isReady;
  }
}
