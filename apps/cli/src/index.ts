export { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
export type { Io, Sink, Source } from "./io.ts";
export { run } from "./run.ts";
