import { operations, parseOrRefuse, type Scope, SCOPES } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { onTestFinished } from "vitest";
import { type AppOptions, createApp } from "../src/app.ts";
import { openLog } from "../src/log.ts";
import { Metrics } from "../src/metrics.ts";
import { Reception, type ReceptionOptions } from "../src/reception.ts";
import { request } from "./open-app.ts";

export interface LimitedOptions extends Partial<Omit<ReceptionOptions, "ledger">> {
  readonly app?: Partial<AppOptions>;
}

/** A whole server with limits of the test's choice, over a database of its own; gone after the test. */
export async function openLimited({ app: appOptions = {}, ...options }: LimitedOptions = {}) {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const metrics = new Metrics({ process: false });
  const ledger = openLedger({ databaseUrl: database.url, telemetry: metrics });
  onTestFinished(async () => {
    await ledger.close();
    await database.drop();
  });
  let lines = "";
  const log = openLog("trace", { write: (line) => void (lines += line) });
  const reception = new Reception({ ledger, log, metrics, ...options });
  const app = createApp({ ledger, log, reception, ...appOptions });
  const root = await ledger.authenticate(token);

  return {
    app,
    ledger,
    database,
    metrics,
    reception,
    token,
    logged: () => lines,
    /** `ask("POST /trpc/x", { body })`, from an address when told, with the root token unless told otherwise. */
    async ask(asked: string, how: Asked = {}) {
      const [method = "GET", path = "/"] = asked.split(" ");
      const bearer = how.token === undefined ? token : how.token;
      const headers = {
        "Content-Type": "application/json",
        ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
        ...how.headers,
      };
      const body = how.body === undefined ? {} : { body: JSON.stringify(how.body) };
      const peer = { address: () => how.from ?? "192.0.2.1" };
      return app.fetch(request(path, { method, headers, ...body }), peer);
    },
    async newToken(scopes: readonly Scope[] = SCOPES, merchantId = root.merchantId) {
      const input = { merchantId, application: { name: "Till" }, scopes: [...scopes] };
      const parsed = parseOrRefuse(operations.tokens.create.input, input);
      return (await ledger.tokens.create(root, parsed)).token;
    },
    async newMerchant(name: string) {
      const parsed = parseOrRefuse(operations.merchants.create.input, { name });
      return (await ledger.merchants.create(root, parsed)).merchant.id;
    },
  };
}

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `null` sends none. */
  readonly token?: string | null;
  readonly from?: string;
}
