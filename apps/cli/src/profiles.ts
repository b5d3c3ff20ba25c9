import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Io } from "./io.ts";

const profile = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  /** The location that stock verbs mean when none is named: an id or a name. */
  location: z.string().min(1).optional(),
});
const config = z.strictObject({
  /** The profile that is used when none is named. */
  current: z.string().optional(),
  profiles: z.record(z.string(), profile),
});
export type Profile = z.infer<typeof profile>;
export type Config = z.infer<typeof config>;

/** `$XDG_CONFIG_HOME/bincard/config.json`, else under `~/.config`. */
export function configPath(env: Io["env"]): string {
  const base = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  return join(base, "bincard", "config.json");
}

export async function readConfig(env: Io["env"]): Promise<Config> {
  const path = configPath(env);
  const text = await readIfThere(path);
  if (text === undefined) return { profiles: {} };
  const bad = (what: string) =>
    new Complaint("BAD_CONFIG", `${path} ${what}`, {
      exitCode: EXIT_CODES.usage,
      hint: "mend the file, or remove it and run: bincard login --url URL",
    });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw bad("is not JSON");
  }
  const parsed = config.safeParse(given);
  if (!parsed.success)
    throw bad(`is not a bincard configuration: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Written whole under another name first, for its owner's eyes only, so that it is never half there. */
export async function writeConfig(env: Io["env"], next: Config): Promise<string> {
  const path = configPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
  return path;
}

/** The permission bits of the file, or `undefined` where there is none. */
export async function configMode(env: Io["env"]): Promise<number | undefined> {
  try {
    return (await stat(configPath(env))).mode & 0o777;
  } catch {
    return undefined;
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
