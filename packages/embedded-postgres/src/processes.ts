import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Whether a process with this id runs, whoever owns it. One that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  if (statusOf(pid)?.[0] === "Z") return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Object(error)["code"] === "EPERM";
  }
}

/**
 * When a process started, as text that two processes never share under one id: ids are used again, quickly
 * so in containers. `undefined` when it is gone or the system does not say.
 */
export function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const ticks = statusOf(pid)?.[19];
    const boot = textOf("/proc/sys/kernel/random/boot_id")?.trim();
    return ticks === undefined ? undefined : `${boot ?? ""}:${ticks}`;
  }
  return askPs(pid, "lstart=");
}

/** A process's command line as one text; `undefined` when it is gone or the system does not say. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform !== "linux") return askPs(pid, "command=");
  return textOf(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim();
}

/** Who started a process; `undefined` when it is gone or the system does not say. */
export function parentOf(pid: number): number | undefined {
  const parent = Number(process.platform === "linux" ? statusOf(pid)?.[1] : askPs(pid, "ppid="));
  return parent > 0 ? parent : undefined;
}

/** Linux: the fields after the name, which stands in parentheses and may hold spaces: state first, start 20th. */
function statusOf(pid: number): readonly string[] | undefined {
  const status = process.platform === "linux" ? textOf(`/proc/${pid}/stat`) : undefined;
  return status?.slice(status.lastIndexOf(")") + 2).split(" ");
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function askPs(pid: number, column: string): string | undefined {
  if (process.platform === "win32") return undefined;
  try {
    return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
