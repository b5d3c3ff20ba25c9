import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * CPU seconds as Linux keeps them, in ticks of 10 ms: fine for windows of a second and more. Other systems
 * have no such files, and every function here answers `undefined` there.
 */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly parent: number;
  readonly own: number;
  /** Of children that have ended and were waited for. */
  readonly ended: number;
}

function statOf(pid: number | "self"): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold anything; what follows it is numbers.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (index: number) => Number(fields[index]);
  const seconds = (first: number) => (field(first) + field(first + 1)) / TICKS_PER_SECOND;
  return { parent: field(1), own: seconds(11), ended: seconds(13) };
}

/** CPU seconds of one process with its threads. */
export function processCpu(pid: number): number | undefined {
  return statOf(pid)?.own;
}

/** CPU seconds of the children of this process that have ended. */
export function endedChildrenCpu(): number | undefined {
  return statOf("self")?.ended;
}

/** The postmaster of a cluster. Its file names it on the first line. */
export function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
}

/** Every process of the cluster that is alive. */
function clusterProcesses(postmaster: number): number[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => pid === postmaster || statOf(pid)?.parent === postmaster);
}

/**
 * CPU seconds of a whole cluster, ended backends included: the postmaster waits for each, so the kernel
 * adds theirs to its own. Read again when a backend ended meanwhile, for it would be in neither sum.
 */
export function clusterCpu(postmaster: number): number | undefined {
  for (;;) {
    const ended = statOf(postmaster)?.ended;
    if (ended === undefined) return undefined;
    const alive = clusterProcesses(postmaster).map((pid) => statOf(pid)?.own ?? 0);
    if (statOf(postmaster)?.ended === ended)
      return alive.reduce((sum, seconds) => sum + seconds, ended);
  }
}

function memoryOf(pid: number, line: "VmRSS" | "RssAnon"): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const found = new RegExp(`^${line}:\\s+(\\d+) kB$`, "m").exec(status);
    return found === null ? undefined : Number(found[1]) * 1_024;
  } catch {
    return undefined;
  }
}

/** Resident memory of one process in bytes. */
export function processBytes(pid: number): number | undefined {
  return memoryOf(pid, "VmRSS");
}

/** Private memory of every process of the cluster in bytes: shared buffers are not counted. */
export function clusterBytes(postmaster: number): number | undefined {
  const bytes = clusterProcesses(postmaster).map((pid) => memoryOf(pid, "RssAnon"));
  return bytes.length === 0 ? undefined : bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}
