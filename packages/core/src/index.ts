export { ensureRoot } from "./ensure-root.ts";
export { type LedgerOptions, type OpenLedger, openLedger } from "./open-ledger.ts";
export { DatabaseTooNew, migrate, PostgresTooOld, RolesMissing } from "./store/migrate.ts";
export { makeToken } from "./token.ts";
export type { Vitals } from "./store/vitals.ts";
export type { GroupOutcome, GroupSent, FeedRead, RetryCause, Telemetry } from "./telemetry.ts";
