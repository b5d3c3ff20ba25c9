import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Random } from "./random.ts";

/** What may happen to a connection on its way. */
export const MISHAPS = [
  "fair",
  /** Everything arrives, late and in pieces. */
  "delay",
  /** It breaks after so many bytes of requests: the server may never see the end of one. */
  "cut upwards",
  /** It breaks after so many bytes of answers: what was asked for has happened. */
  "cut downwards",
  /** What is asked for happens; no answer comes, and the connection is gone. */
  "answer dropped",
  /** What is asked for happens; no answer comes, and nobody says that the connection is dead. */
  "half open",
] as const;
export type Mishap = (typeof MISHAPS)[number];

export interface FaultProxyOptions {
  readonly host?: string;
  readonly port: number;
  readonly random: Random;
  /** How likely a new connection meets each mishap; the rest are fair. */
  readonly chances: Partial<Readonly<Record<Mishap, number>>>;
  /** Bytes of answers that pass before a mishap that waits for some. */
  readonly afterBytes: { readonly least: number; readonly most: number };
}

/** A TCP proxy that loses, delays and cuts, as the seed says. Until `rough` is called it only forwards. */
export class FaultProxy {
  readonly met: Partial<Record<Mishap, number>> = {};
  readonly #options: FaultProxyOptions;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #isRough = false;
  port = 0;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#server = createServer((near) => this.#join(near));
  }

  static async open(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    const address = proxy.#server.address();
    proxy.port = address !== null && typeof address === "object" ? address.port : 0;
    return proxy;
  }

  /** From now on new connections meet mishaps; those that are open are cut, so that there are new ones. */
  rough(isRough: boolean): void {
    this.#isRough = isRough;
    this.cutAll();
  }

  /**
   * Every connection that is open now goes dumb in both directions, and nobody says so: what a cable that is
   * pulled out or a firewall that forgets does. New ones are well.
   */
  silence(): void {
    for (const socket of this.#open) {
      socket.removeAllListeners("data");
      socket.pause();
    }
  }

  cutAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.#server.close();
    await once(this.#server, "close").catch(() => undefined);
  }

  #mishap(): Mishap {
    if (!this.#isRough) return "fair";
    let left = this.#options.random.next();
    for (const mishap of MISHAPS) {
      left -= this.#options.chances[mishap] ?? 0;
      if (left < 0) return mishap;
    }
    return "fair";
  }

  #join(near: Socket): void {
    const { host = "127.0.0.1", port, random, afterBytes } = this.#options;
    const mishap = this.#mishap();
    this.met[mishap] = (this.met[mishap] ?? 0) + 1;
    const far = connect({ host, port, noDelay: true });
    near.setNoDelay(true);
    for (const socket of [near, far]) {
      this.#open.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#open.delete(socket));
    }
    const breakOff = () => {
      near.destroy();
      far.destroy();
    };
    const pauseMs = () => (mishap === "delay" ? random.between(0, 60) : 0);
    const limit = random.between(afterBytes.least, afterBytes.most);
    const up = pump(near, far, { pauseMs, limit: mishap === "cut upwards" ? limit : Infinity });
    up.onLimit = breakOff;
    const swallowing = mishap === "answer dropped" || mishap === "half open";
    const down = pump(far, near, {
      pauseMs,
      limit: swallowing || mishap === "cut downwards" ? limit : Infinity,
    });
    down.onLimit = () => {
      if (mishap === "cut downwards") breakOff();
      // What the client asked for goes on; it is the answer that finds nobody.
      if (mishap === "answer dropped") near.destroy();
    };
    near.once("close", () =>
      setTimeout(() => far.destroy(), mishap === "answer dropped" ? 500 : 0),
    );
    far.once("close", () => {
      if (mishap !== "half open") near.end();
    });
  }
}

interface Pump {
  onLimit: () => void;
}

/** Hands bytes on, in order; stops for good at the limit. */
function pump(
  from: Socket,
  to: Socket,
  { pauseMs, limit }: { pauseMs: () => number; limit: number },
): Pump {
  const state: Pump = { onLimit: () => undefined };
  let passed = 0;
  let last = Promise.resolve();
  from.on("data", (data: Buffer) => {
    if (passed >= limit) return;
    const piece = data.subarray(0, Math.max(0, limit - passed));
    passed += data.length;
    const wait = pauseMs();
    last = last.then(async () => {
      if (wait > 0) await new Promise((wake) => setTimeout(wake, wait));
      if (!to.destroyed) to.write(piece);
      if (passed >= limit) state.onLimit();
    });
  });
  from.once("end", () => {
    void last.then(() => {
      if (limit === Infinity) to.end();
    });
  });
  return state;
}
