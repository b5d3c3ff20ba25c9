import { join, resolve } from "node:path";
import { didYouMean } from "@bincard/import/similar";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { type Config, type Profile, readConfig, readIfThere } from "./profiles.ts";

export const DEFAULT_URL = "http://127.0.0.1:4100";

/** Whom to talk to and as whom, and where each was found. */
export interface Settings {
  readonly url: string;
  readonly urlFrom: string;
  readonly token: string | undefined;
  readonly tokenFrom: string;
  readonly profile: string | undefined;
  readonly location: string | undefined;
}

/**
 * BINCARD_URL and BINCARD_TOKEN win over the profile (`--profile`, BINCARD_PROFILE, the current one), that
 * over the defaults. A profile's token goes to that profile's URL only. Without any of them, a server
 * started in this folder is found by its root token.
 */
export async function readSettings(io: Io, named: string | undefined): Promise<Settings> {
  const name = named ?? nonEmpty(io.env["BINCARD_PROFILE"]);
  const { found, profile } = pick(await readConfig(io.env), name);
  const envUrl = nonEmpty(io.env["BINCARD_URL"]);
  const envToken = nonEmpty(io.env["BINCARD_TOKEN"]?.trim());
  const url = checkUrl(envUrl ?? profile?.url ?? DEFAULT_URL);
  const shared = {
    url,
    urlFrom: envUrl !== undefined ? "BINCARD_URL" : profile ? `profile ${found}` : "default",
    profile: found,
    location: profile?.location,
  };
  if (envToken !== undefined) return { ...shared, token: envToken, tokenFrom: "BINCARD_TOKEN" };
  if (profile !== undefined && checkUrl(profile.url) === url)
    return { ...shared, token: profile.token, tokenFrom: `profile ${found}` };
  const file = rootTokenPath(io);
  const root = url === DEFAULT_URL ? (await readIfThere(file))?.trim() : undefined;
  return { ...shared, token: nonEmpty(root), tokenFrom: root ? file : "none" };
}

/** Where a server started in this folder keeps its root token. */
export function rootTokenPath(io: Io): string {
  return join(resolve(io.cwd, nonEmpty(io.env["BINCARD_DATA_DIR"]) ?? ".bincard"), "root-token");
}

/** The token, or a complaint that says how to come by one. */
export function requireToken(settings: Settings): string {
  if (settings.token !== undefined) return settings.token;
  throw new Complaint("NO_TOKEN", `no token for ${settings.url}`, {
    exitCode: EXIT_CODES.access,
    hint: `run "bincard login --url ${settings.url}", or set BINCARD_TOKEN; the first start of a server keeps its root token in .bincard/root-token`,
  });
}

function pick(
  config: Config,
  name: string | undefined,
): { found: string | undefined; profile: Profile | undefined } {
  const wanted = name ?? config.current;
  if (wanted === undefined) return { found: undefined, profile: undefined };
  const profile = Object.hasOwn(config.profiles, wanted) ? config.profiles[wanted] : undefined;
  if (profile !== undefined || name === undefined) return { found: wanted, profile };
  throw new Complaint("USAGE", `there is no profile "${name}"`, {
    exitCode: EXIT_CODES.usage,
    hint: didYouMean(name, Object.keys(config.profiles)) ?? 'see "bincard profiles"',
  });
}

/** Without a trailing slash, so that the same place is the same text. */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.href.replace(/\/+$/, "");
  throw new Complaint("USAGE", `"${text}" is not an http or https URL`, {
    exitCode: EXIT_CODES.usage,
    hint: `such as ${DEFAULT_URL}`,
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}
