import { join, relative } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import type { RootToken } from "./root-token.ts";

export interface Greeting {
  readonly version: string;
  readonly url: string;
  readonly dataDir: string;
  /** `undefined`: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  readonly root: RootToken;
}

/** The first page of output: where it listens, where the data lies, how to make the first call. */
export function greeting({ version, url, dataDir, databaseUrl, root }: Greeting): string {
  const data =
    databaseUrl === undefined
      ? `${dataDir} (embedded PostgreSQL)`
      : `PostgreSQL at ${withoutPassword(databaseUrl)}`;
  const token = tokenInShell(root);
  const settings = cliSettings({ url, root, token });
  return [
    `Bincard ${version} is ready.`,
    "",
    `  Listens     ${url}  (tRPC at /trpc, Square's API at /v2)`,
    `  Console     ${url}/`,
    `  Data        ${data}`,
    ...rootLines(root).map((line, at) => `  ${at === 0 ? "Root token" : "          "}  ${line}`),
    "",
    "First calls, from the same folder:",
    "",
    `  curl ${url}/v2/locations -H "Authorization: Bearer ${token}"`,
    `  ${settings}npx -y ${manifest.packageManager} bincard locations list`,
    `  ${settings}npx -y ${manifest.packageManager} bincard console`,
    "",
    "Ctrl-C stops it; nothing is lost.",
    "",
  ].join("\n");
}

function rootLines(root: RootToken): readonly string[] {
  switch (root.kind) {
    case "new":
      return [root.token, `shown this once; kept in ${here(root.file)} (mode 0600)`];
    case "kept":
      return [`kept in ${here(root.file)}`];
    case "given":
      return ["the value of BINCARD_ROOT_TOKEN"];
    case "given in vain":
      return ["made at an earlier start; BINCARD_ROOT_TOKEN is another one and opens nothing here"];
    case "elsewhere":
      return ["made at an earlier start and kept elsewhere"];
  }
}

/** What stands for the token on a command line, so that it need not be copied into one. */
function tokenInShell(root: RootToken): string {
  switch (root.kind) {
    case "new":
    case "kept":
      return `$(cat ${quoted(here(root.file))})`;
    case "given":
      return "$BINCARD_ROOT_TOKEN";
    case "given in vain":
    case "elsewhere":
      return "$BINCARD_TOKEN";
  }
}

/**
 * What the command line must be told: by itself it looks at the default address, and only for that one
 * takes the token from the default folder.
 */
function cliSettings({
  url,
  root,
  token,
}: {
  url: string;
  root: RootToken;
  token: string;
}): string {
  const address = url === "http://127.0.0.1:4100" ? "" : `BINCARD_URL=${url} `;
  const isFound = "file" in root && here(root.file) === join(".bincard", "root-token");
  return isFound && address === "" ? "" : `${address}BINCARD_TOKEN="${token}" `;
}

function here(path: string): string {
  const near = relative(process.cwd(), path);
  return near === "" || near.startsWith("..") ? path : near;
}

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function withoutPassword(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname || "localhost"}:${port || "5432"}${pathname}`;
}
