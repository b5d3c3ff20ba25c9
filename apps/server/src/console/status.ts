import type { Principal } from "@bincard/contracts";
import type { OpenLedger, Vitals, WebhookVitals } from "@bincard/core";
import { VERSION } from "../version.ts";

const STARTED_AT = new Date().toISOString();

/** How this server does, for the console's page on health. */
export interface ServerStatus {
  readonly version: string;
  readonly startedAt: string;
  /** By this machine's clock, when it answered. */
  readonly now: string;
  /** Requests being answered, this one among them. */
  readonly requests: number;
  /** Reads and small writes that wait for their turn at the database. */
  readonly waiting: number;
  /** Of the database, which all merchants share: for operators. */
  readonly database?: Vitals;
  /** Deliveries that are not delivered, of all merchants: for operators. */
  readonly webhooks?: WebhookVitals;
}

export async function statusFor(
  { scopes }: Principal,
  {
    ledger,
    requests,
    waiting,
  }: Pick<ServerStatus, "requests" | "waiting"> & { readonly ledger: OpenLedger },
): Promise<ServerStatus> {
  const vitals = scopes.includes("ADMIN")
    ? { database: await ledger.vitals(), webhooks: await ledger.webhookVitals() }
    : {};
  const now = new Date().toISOString();
  return { version: VERSION, startedAt: STARTED_AT, now, requests, waiting, ...vitals };
}
