import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/**
 * JSON lines on stderr, so that stdout keeps the first page to itself. Written at once: a process that dies
 * has said why. No header is ever logged; what might slip in by an error's fields is blanked.
 */
export function openLog(level: string, to: DestinationStream = pino.destination({ fd: 2 })): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
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
