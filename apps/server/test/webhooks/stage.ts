import { type ChangeInput, operations, parseOrRefuse, type Scope } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { SquareClient } from "square";
import { onTestFinished } from "vitest";
import { createApp } from "../../src/app.ts";
import { listen } from "../../src/listen.ts";
import { openLog } from "../../src/log.ts";
import { Metrics } from "../../src/metrics.ts";
import { webhookSettings } from "../../src/webhooks/settings.ts";

/** A server that sends webhooks to this machine, with a short schedule; gone after the test. */
export async function openStage({ retryScale = 0.000_1 } = {}) {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const metrics = new Metrics({ process: false });
  // Whatever the dispatcher could not do is said on stderr.
  const told = { log: openLog("warn"), metrics };
  const choices = { secretKey: "a secret of the tests, of some length", allowLocal: true };
  const ledger = openLedger({
    databaseUrl: database.url,
    webhooks: webhookSettings({ ...choices, retryScale }, told),
  });
  const server = await listen(createApp({ ledger }), { host: "127.0.0.1", port: 0 });
  ledger.startWebhooks();
  onTestFinished(async () => {
    await server.close();
    await ledger.close();
    await database.drop();
  });
  const root = await ledger.authenticate(token);
  const all = parseOrRefuse(operations.locations.list.input, {});
  const shop = (await ledger.locations.list(root, all)).locations[0]?.id ?? "";
  let keys = 0;
  return {
    url: server.url,
    token,
    ledger,
    metrics,
    root,
    shop,
    square: new SquareClient({ token, environment: server.url, maxRetries: 0 }),
    squareAs: (other: string) =>
      new SquareClient({ token: other, environment: server.url, maxRetries: 0 }),
    async newToken(scopes: readonly Scope[]) {
      const input = { application: { name: "Some" }, scopes: [...scopes] };
      const parsed = parseOrRefuse(operations.tokens.create.input, input);
      return (await ledger.tokens.create(root, parsed)).token;
    },
    async variation(id: string) {
      const objects = [{ type: "ITEM", id: `I-${id}`, name: id, variations: [{ id, name: id }] }];
      const given = { idempotencyKey: `v${keys++}`, objects };
      await ledger.catalog.upsert(root, parseOrRefuse(operations.catalog.upsert.input, given));
      return id;
    },
    async receive(catalogObjectId: string, quantity = "1") {
      const change: ChangeInput = {
        type: "ADJUSTMENT",
        catalogObjectId,
        locationId: shop,
        fromState: "NONE",
        toState: "IN_STOCK",
        quantity,
        occurredAt: new Date().toISOString(),
      };
      const given = { idempotencyKey: `c${keys++}`, changes: [change] };
      return ledger.changes.create(root, parseOrRefuse(operations.changes.create.input, given));
    },
  };
}
export type Stage = Awaited<ReturnType<typeof openStage>>;
