import { commandLineOf, isAlive, parentOf, startOf } from "@bincard/embedded-postgres/processes";

const WATCH_MILLISECONDS = 500;
/** How far up they are looked for: npx, a shell, pnpm, and us. */
const GENERATIONS = 6;
const PACKAGE_MANAGER = /(?:^|[\s/])(?:npm|npx|pnpm)(?:[\s.@-]|$)/;

/**
 * Calls once when a package manager that started this process is gone. `npx pnpm start` is a chain of
 * processes, and npx passes no signal on: whoever ends it means the server, which would otherwise go on
 * unseen, with the port and the data folder in its hands.
 */
export function whenLauncherEnds(ended: () => void): void {
  const launchers = findLaunchers().map((pid) => ({ pid, started: startOf(pid) }));
  const watch = setInterval(() => {
    if (launchers.every(({ pid, started }) => isAlive(pid) && startOf(pid) === started)) return;
    clearInterval(watch);
    ended();
  }, WATCH_MILLISECONDS);
  watch.unref();
}

/** The package managers above us; none when we were started by hand. */
function findLaunchers(): number[] {
  const found: number[] = [];
  let pid: number | undefined = process.ppid;
  for (let generation = 0; generation < GENERATIONS && pid !== undefined; generation++) {
    if (PACKAGE_MANAGER.test(commandLineOf(pid) ?? "")) found.push(pid);
    pid = parentOf(pid);
  }
  return found;
}
