export { ensureRoot } from "./ensure-root.ts";
export { type LedgerOptions, type OpenLedger, openLedger } from "./open-ledger.ts";
export { DatabaseTooNew, migrate, PostgresTooOld } from "./store/migrate.ts";
export { makeToken } from "./token.ts";
