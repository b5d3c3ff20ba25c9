import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { createApp, httpCourier, listen } from "@bincard/server";

/** A server of its own for an example's test, on an empty ledger. */
export interface Served {
  readonly url: string;
  /** The root token. */
  readonly token: string;
  close(): Promise<void>;
}

export async function serveBincard(): Promise<Served> {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const courier = httpCourier({ allowLocal: true });
  const secretKey = "a secret of the examples, of some length";
  const ledger = openLedger({ databaseUrl: database.url, webhooks: { secretKey, courier } });
  ledger.startWebhooks();
  const server = await listen(createApp({ ledger }), { host: "127.0.0.1", port: 0 });
  return {
    url: server.url,
    token,
    async close() {
      await server.close();
      await ledger.close();
      await database.drop();
    },
  };
}
