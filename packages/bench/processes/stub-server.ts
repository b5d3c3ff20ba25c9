import { createApp, listen } from "@bincard/server";
import postgres from "postgres";
import { stubLedger } from "../contenders/stub-ledger.ts";
import type { World } from "../work.ts";
import type { Listens } from "./echo-server.ts";
import { serve } from "./serve.ts";

export interface StubSettings {
  readonly world: World;
}

/** The server's own HTTP stack over a ledger that stores nothing; its reads run `select 1`. */
await serve(async (settings) => {
  const { world } = settings as StubSettings;
  const sql = postgres(world.databaseUrl, { max: 10, onnotice: () => undefined });
  const app = createApp({ ledger: stubLedger(() => sql`select 1`) });
  const listening = await listen(app, { host: "127.0.0.1", port: 0 });
  const ready: Listens = { url: listening.url };
  return {
    ready,
    async close() {
      await listening.close();
      await sql.end();
    },
  };
});
