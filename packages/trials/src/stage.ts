import type { Micros } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { createApp, listen } from "@bincard/server";
import type { Door, DoorOptions } from "./door.ts";
import { squareDoor } from "./square-door.ts";
import { makeDatabase } from "./superuser.ts";
import { trpcDoor } from "./trpc-door.ts";

/** Servers of this process over a database of their own, behind real ports. */
export interface Stage {
  readonly urls: readonly string[];
  readonly url: string;
  readonly rootToken: string;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly serverUrl: string;
  readonly servers?: number;
  readonly clock?: () => Micros;
  /** The way the ledgers take to their database, when it is not the straight one. */
  readonly via?: (databaseUrl: string) => string;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const database = await makeDatabase(options.serverUrl);
  await migrate(database.url);
  const rootToken = makeToken();
  await ensureRoot(database.url, { token: rootToken });
  const served = await serve(database.url, options);
  return {
    urls: served.urls,
    url: served.urls[0] ?? "",
    rootToken,
    databaseUrl: database.url,
    async close() {
      await served.close();
      await database.drop();
    },
  };
}

export interface Served {
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/** Servers over a database that is there already. */
export async function serve(
  databaseUrl: string,
  { servers = 1, clock, via = (url) => url }: Omit<StageOptions, "serverUrl"> = {},
): Promise<Served> {
  const opened = await Promise.all(
    Array.from({ length: servers }, async () => {
      const ledger = openLedger({
        databaseUrl: via(databaseUrl),
        ...(clock === undefined ? {} : { clock }),
      });
      const listening = await listen(createApp({ ledger }), { host: "127.0.0.1", port: 0 });
      return { ledger, listening };
    }),
  );
  return {
    urls: opened.map(({ listening }) => listening.url),
    async close() {
      for (const { listening, ledger } of opened) {
        await listening.close();
        await ledger.close();
      }
    },
  };
}

/** Every way into one server. */
export function doorsOf(options: DoorOptions): Door[] {
  return [
    trpcDoor(options),
    squareDoor({ ...options, dialect: "A" }),
    squareDoor({ ...options, dialect: "B" }),
  ];
}
