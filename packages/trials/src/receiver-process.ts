import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import type { Random } from "./random.ts";

const PROGRAM = fileURLToPath(new URL("receiver.ts", import.meta.url));

/** An event that a receiver took, as it wrote it down. */
export interface Taken {
  readonly id: string;
  readonly retry: number;
  readonly signed: boolean;
  readonly body: string;
}

/** `receiver.ts`, on a port and with a file that it keeps through its lives. */
export class ReceiverProcess {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #random: Random;
  #child: ChildProcess | undefined;
  /** What deliveries are signed with; known once it is subscribed. */
  signatureKey = "";

  private constructor(port: number, folder: string, random: Random) {
    this.#port = port;
    this.#folder = folder;
    this.#random = random;
    this.url = `http://127.0.0.1:${port}/hooks`;
  }

  static async open(random: Random): Promise<ReceiverProcess> {
    const folder = await mkdtemp(join(tmpdir(), "bincard-receiver-"));
    return new ReceiverProcess(await freePort(), folder, random);
  }

  get #file(): string {
    return join(this.#folder, "taken.ndjson");
  }

  async start(): Promise<void> {
    const seed = String(this.#random.between(1, 2 ** 31));
    const given = [String(this.#port), this.#file, seed, this.signatureKey, this.url];
    const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, ...given], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    await once(child.stdout, "data");
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  }

  async taken(): Promise<Taken[]> {
    const text = await readFile(this.#file, "utf8").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Taken);
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
