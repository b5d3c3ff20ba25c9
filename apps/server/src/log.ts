import { type DestinationStream, type Logger, pino } from "pino";
import { errorForLog, withoutSecrets } from "./error-for-log.ts";

export type Log = Logger;

/**
 * JSON lines on stderr, so that stdout keeps the first page to itself. Written at once: a process that dies
 * has said why. No header and no body is ever logged; of an error only what says nothing of either; and whatever has
 * the form of a token is blanked in every text.
 */
export function openLog(level: string, to: DestinationStream = pino.destination({ fd: 2 })): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorForLog, path: withoutSecrets },
      redact: {
        paths: ["authorization", "*.authorization", "*.headers", "token", "*.token", "*.password"],
        censor: "[redacted]",
      },
    },
    to,
  );
}

/** For tests and embedders that did not ask for one. */
export const silentLog: Log = pino({ level: "silent" });
