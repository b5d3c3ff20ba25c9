export { PostgresNotStarted } from "./failure.ts";
export { type EmbeddedPostgres, startPostgres, type StartOptions } from "./start.ts";
