import type { Telemetry } from "../src/index.ts";

/** Everybody's ears but those that a test gives it. */
export const DEAF: Telemetry = {
  groupSent: () => undefined,
  groupSettled: () => undefined,
  retried: () => undefined,
  replayed: () => undefined,
  lockWaited: () => undefined,
  feedRead: () => undefined,
};
