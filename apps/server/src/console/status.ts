import type { Principal } from "@bincard/contracts";
import type { OpenLedger, Vitals } from "@bincard/core";
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
  /** Of the database, which all merchants share: for operators. */
  readonly database?: Vitals;
}

export async function statusFor(
  { scopes }: Principal,
  { ledger, requests }: { readonly ledger: OpenLedger; readonly requests: number },
): Promise<ServerStatus> {
  const database = scopes.includes("ADMIN") ? await ledger.vitals() : undefined;
  const now = new Date().toISOString();
  const common = { version: VERSION, startedAt: STARTED_AT, now, requests };
  return database === undefined ? common : { ...common, database };
}
