import type { Check } from "./commands/doctor.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Io } from "./io.ts";

const NODE_FLOOR = [20, 19] as const;
const CLOCK_SECONDS = 5;
const KNOCK_MS = 5_000;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  if (enough) return { check: "node", status: "ok", detail: version };
  return {
    check: "node",
    status: "fail",
    detail: `${version} is older than ${NODE_FLOOR.join(".")}`,
    hint: "install a newer Node.js",
  };
}

export interface Visit {
  readonly checks: readonly Check[];
  readonly answered: boolean;
  readonly dateHeader: string | undefined;
  /** Our clock half way through the request, in milliseconds since 1970. */
  readonly at: number;
  readonly version: string | undefined;
}

/** Asks the server whether it lives and whether it is ready. No token leaves this machine. */
export async function knock(io: Io, url: string): Promise<Visit> {
  const began = Date.now();
  const ask = async (path: string) =>
    (io.fetch ?? fetch)(`${url}${path}`, { signal: AbortSignal.timeout(KNOCK_MS) });
  try {
    const live = await ask("/livez");
    await live.body?.cancel();
    const at = (began + Date.now()) / 2;
    if (!live.ok) return { ...nobody, at, checks: [stranger(url, live.status)] };
    const ready = await ask("/readyz");
    await ready.body?.cancel();
    return {
      checks: [{ check: "server", status: "ok", detail: url }, readiness(ready.status)],
      answered: ready.ok,
      dateHeader: live.headers.get("date") ?? undefined,
      at,
      version: live.headers.get("x-bincard-version") ?? undefined,
    };
  } catch (error) {
    return { ...nobody, at: began, checks: [silence(url, error)] };
  }
}

const nobody = { answered: false, dateHeader: undefined, version: undefined };

function readiness(status: number): Check {
  if (status === 200) return { check: "ready", status: "ok", detail: "migrated and connected" };
  return {
    check: "ready",
    status: "fail",
    detail: `HTTP ${status}: starting, stopping, or without its database`,
    hint: "see the server's log",
    exitCode: EXIT_CODES.unreachable,
  };
}

function stranger(url: string, status: number): Check {
  return {
    check: "server",
    status: "fail",
    detail: `${url} answers /livez with HTTP ${status}`,
    hint: "is this the address of a Bincard server?",
    exitCode: EXIT_CODES.unreachable,
  };
}

function silence(url: string, error: unknown): Check {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return {
    check: "server",
    status: "fail",
    detail: `${url} does not answer: ${why}`,
    hint: "start it, or name another: BINCARD_URL, --profile",
    exitCode: EXIT_CODES.unreachable,
  };
}

/** A fast clock makes changes of the future, which are refused; a slow one misdates them. */
export function checkClock(dateHeader: string | undefined, at: number): Check {
  const theirs = Date.parse(dateHeader ?? "");
  if (Number.isNaN(theirs))
    return { check: "clock", status: "warn", detail: "the server does not tell the time" };
  // The header counts whole seconds: the server's clock is up to one ahead of it.
  const seconds = Math.max(0, theirs - at, at - theirs - 1_000) / 1_000;
  const detail = `${seconds.toFixed(1)} s apart from the server's`;
  if (seconds < CLOCK_SECONDS) return { check: "clock", status: "ok", detail };
  return {
    check: "clock",
    status: "warn",
    detail,
    hint: "set this machine's clock: changes carry its time",
  };
}
