import { spawnSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { PostgresNotStarted } from "./failure.ts";

/** PostgreSQL refuses to run as root: this uid, `nobody` nearly everywhere, is who it runs as instead. */
const NOBODY = 65_534;

/**
 * Linux: PostgreSQL shuts down by itself when we are killed; no other system has the like. It stands last,
 * because a change of user makes the kernel forget it.
 */
const DIE_WITH_US = ["setpriv", "--pdeathsig", "INT"];

/** A way of starting PostgreSQL's programs on this machine. */
export interface Launcher {
  readonly name: "plain" | "namespace" | "nobody" | "nobody-with-passage";
  /** What stands before the program on the command line. */
  readonly prefix: readonly string[];
  /** Who owns the cluster's files; `undefined` where the system has no such numbers. */
  readonly owner: number | undefined;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export function commandOf(launcher: Launcher, program: string, args: readonly string[]): Command {
  const [file = program, ...rest] = [...launcher.prefix, program, ...args];
  return { file, args: rest };
}

/**
 * Every way that may work for this user, best first.
 *
 * As root (or as a uid without a name, which initdb refuses too): a user namespace in which we look like
 * nobody while the files stay ours. Where namespaces are forbidden: nobody itself, and last nobody with
 * the one right to pass folders closed to it, so that a checkout under root's 0700 home still runs.
 */
export function launchers(): readonly Launcher[] {
  const uid = process.getuid?.();
  const dieWithUs = works(DIE_WITH_US) ? DIE_WITH_US : [];
  if (uid === undefined) return [{ name: "plain", prefix: [], owner: undefined }];
  const namespace: Launcher = {
    name: "namespace",
    prefix: ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, ...dieWithUs],
    owner: uid,
  };
  if (uid !== 0) {
    const plain: Launcher = { name: "plain", prefix: dieWithUs, owner: uid };
    return hasName() ? [plain] : [namespace, plain];
  }
  const drop = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const only = "-all,+dac_override";
  const passage = [`--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`];
  // Otherwise access(2), by which initdb looks for its companions, would not count the right.
  const counted = ["--securebits=+no_setuid_fixup"];
  return [
    namespace,
    { name: "nobody", prefix: [...drop, ...dieWithUs], owner: NOBODY },
    {
      name: "nobody-with-passage",
      prefix: [...drop, ...passage, ...counted, ...dieWithUs],
      owner: NOBODY,
    },
  ];
}

/** The first way by which `postgres` runs and the data folder can be entered. */
export function chooseLauncher(postgres: string, dataDir: string): Launcher {
  const ways = launchers();
  const chosen = ways.find((launcher) => reaches(launcher, postgres, dataDir));
  if (chosen !== undefined) return chosen;
  if (process.getuid?.() === 0) {
    throw new PostgresNotStarted(
      "PostgreSQL does not run as root, and here neither a user namespace is permitted nor can an unprivileged " +
        `user reach ${postgres} and ${dataDir}: start Bincard as a normal user, or set DATABASE_URL`,
    );
  }
  throw new PostgresNotStarted(
    `the embedded PostgreSQL does not run on this machine: ${faultOf(ways, postgres)}; DATABASE_URL names another one`,
  );
}

/** Whether this way can run the program and enter the folder. */
export function reaches(launcher: Launcher, postgres: string, dataDir: string): boolean {
  if (launcher.owner === undefined) return works([postgres, "--version"]);
  if (launcher.name === "nobody") openPassage(dataDir);
  const script = 'cd "$1" && test -x "$2" && exec "$2" --version';
  return works([...launcher.prefix, "sh", "-c", script, "sh", dataDir, postgres]);
}

/** Lets nobody pass through Bincard's own folder (not list it); the secrets in it are 0600. */
function openPassage(dataDir: string): void {
  const { mode } = statSync(dataDir);
  chmodSync(dataDir, (mode & 0o777) | 0o011);
}

function faultOf(ways: readonly Launcher[], postgres: string): string {
  const { file, args } = commandOf(ways.at(-1) ?? PLAIN, postgres, ["--version"]);
  const { error, stderr } = spawnSync(file, args, { encoding: "utf8" });
  return error?.message ?? (stderr.trim().split("\n").at(-1) || "it cannot enter the data folder");
}

const PLAIN: Launcher = { name: "plain", prefix: [], owner: undefined };

function works([file = "true", ...args]: readonly string[]): boolean {
  const trial = args.at(-1) === "INT" ? [...args, "true"] : args;
  return spawnSync(file, trial, { stdio: "ignore" }).status === 0;
}

function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}
