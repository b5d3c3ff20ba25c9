import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "@bincard/core";
import { type TestDatabase, testDatabase } from "@bincard/embedded-postgres/testing";
import { onTestFinished } from "vitest";
import { type App, createApp } from "../src/app.ts";
import { openLog } from "../src/log.ts";

export interface OpenApp {
  readonly app: App;
  readonly ledger: OpenLedger;
  readonly token: string;
  readonly database: TestDatabase;
  /** Everything logged so far. */
  readonly logged: () => string;
  /** Asks with the root token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

/** An app over a database of its own, with its root token; gone after the test. */
export async function openApp(): Promise<OpenApp> {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const ledger = openLedger({ databaseUrl: database.url });
  onTestFinished(async () => {
    await ledger.close();
    await database.drop();
  });
  let lines = "";
  const log = openLog("trace", { write: (line) => void (lines += line) });
  const app = createApp({ ledger, log });
  return {
    app,
    ledger,
    token,
    database,
    logged: () => lines,
    async ask(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set("Authorization", `Bearer ${token}`);
      return app.fetch(request(path, { ...init, headers }));
    },
  };
}

export function request(path: string, init: RequestInit = {}): Request {
  return new Request(new URL(path, "http://bincard.test"), init);
}

export const JSON_BODY = { "Content-Type": "application/json" };
