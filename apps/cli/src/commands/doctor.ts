import type { Bincard } from "@bincard/client";
import type { TokenInfo } from "@bincard/contracts";
import { type Paint, painter, type Tone } from "../colour.ts";
import { connect } from "../connect.ts";
import type { Context } from "../context.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { faultOf } from "../fault.ts";
import { write } from "../io.ts";
import { plural } from "../plural.ts";
import { printAnswer } from "../print.ts";
import { configMode, configPath } from "../profiles.ts";
import { requireToken, type Settings } from "../settings.ts";
import { VERSION } from "../version.ts";
import { checkClock, checkNode, knock } from "../vital-signs.ts";
import { VERIFY_MS } from "./verify.ts";

/** One thing looked at. A failed one carries the exit code it calls for. */
export interface Check {
  readonly check: string;
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly hint?: string;
  readonly exitCode?: ExitCode;
}

/** Looks at one thing after the other, as far as the ones before allow. */
export async function doctor(context: Context): Promise<ExitCode> {
  const checks: Check[] = [checkNode(process.versions.node), await checkConfig(context)];
  await examine(context, checks).catch((error: unknown) => {
    checks.push(failed("settings", error));
  });
  await show(context, checks);
  const failures = checks.filter(({ status }) => status === "fail");
  if (failures.some(({ exitCode }) => exitCode === EXIT_CODES.drift)) return EXIT_CODES.drift;
  return failures.length === 0 ? EXIT_CODES.ok : (failures[0]?.exitCode ?? EXIT_CODES.failure);
}

async function examine(context: Context, checks: Check[]): Promise<void> {
  const settings = await context.settings();
  const visit = await knock(context.io, settings.url);
  checks.push(...visit.checks);
  if (!visit.answered) return;
  checks.push(checkClock(visit.dateHeader, visit.at), checkVersion(visit.version));
  const client = await admitted(context, { settings, checks });
  if (client !== undefined) checks.push(await checkLedger(client));
}

/** The client, once the server has taken the token. */
async function admitted(
  { io }: Context,
  { settings, checks }: { settings: Settings; checks: Check[] },
): Promise<Bincard | undefined> {
  try {
    const client = connect(io, { url: settings.url, token: requireToken(settings) });
    const { info, merchant } = await client.tokens.current({});
    const detail = `${info.application.name} of ${merchant.name}, token from ${settings.tokenFrom}`;
    checks.push({ check: "token", status: "ok", detail }, checkScopes(info));
    return client;
  } catch (error) {
    checks.push(failed("token", error));
    return undefined;
  }
}

async function checkConfig({ io }: Context): Promise<Check> {
  const path = configPath(io.env);
  const mode = await configMode(io.env);
  if (mode === undefined) return { check: "config", status: "ok", detail: `no ${path}` };
  const shown = mode.toString(8).padStart(4, "0");
  if ((mode & 0o077) === 0) return { check: "config", status: "ok", detail: `${path} (${shown})` };
  return {
    check: "config",
    status: "warn",
    detail: `others may read ${path} (${shown}) and the tokens in it`,
    hint: `chmod 600 ${path}`,
  };
}

function checkVersion(server: string | undefined): Check {
  const check = "version";
  if (server === undefined)
    return { check, status: "ok", detail: `CLI ${VERSION}; the server does not say its own` };
  const detail = `CLI ${VERSION}, server ${server}`;
  if (server.split(".")[0] === VERSION.split(".")[0]) return { check, status: "ok", detail };
  return { check, status: "warn", detail, hint: "use a CLI of the server's version" };
}

function checkScopes({ scopes }: TokenInfo): Check {
  const daily = [
    "INVENTORY_READ",
    "INVENTORY_WRITE",
    "ITEMS_READ",
    "MERCHANT_PROFILE_READ",
  ] as const;
  const lacking = daily.filter((scope) => !scopes.includes(scope));
  const detail = scopes.join(" ");
  if (lacking.length === 0) return { check: "scopes", status: "ok", detail };
  return {
    check: "scopes",
    status: "warn",
    detail: `lacks ${lacking.join(" ")}`,
    hint: "some commands will be refused, or need ids in place of names",
  };
}

async function checkLedger(client: Bincard): Promise<Check> {
  const check = "ledger";
  try {
    const { findingCount, counts, changes } = await client.ledger.verify(
      {},
      { timeoutMs: VERIFY_MS },
    );
    if (findingCount === 0)
      return {
        check,
        status: "ok",
        detail: `${plural(counts, "count")} from ${plural(changes, "change")}, no difference`,
      };
    return {
      check,
      status: "fail",
      detail: `${plural(findingCount, "difference")} between counts and changes`,
      hint: "bincard verify",
      exitCode: EXIT_CODES.drift,
    };
  } catch (error) {
    return failed(check, error);
  }
}

function failed(check: string, error: unknown): Check {
  const { code, message, hint, exitCode } = faultOf(error, ["doctor"]);
  const detail = `${code}: ${message}`;
  return { check, status: "fail", detail, ...(hint !== undefined && { hint }), exitCode };
}

async function show(context: Context, checks: readonly Check[]): Promise<void> {
  const { io, format } = context;
  const columns = (["check", "status", "detail", "hint"] as const).map((key) => ({
    key,
    title: key.toUpperCase(),
    value: (check: Check) => check[key],
  }));
  if (format !== "table") return printAnswer(context, { checks }, { columns, rows: checks });
  const paint = painter(io, io.stdout);
  await write(io.stdout, checks.map((check) => line(check, paint)).join(""));
}

const TONES: Readonly<Record<Check["status"], Tone>> = { ok: "green", warn: "yellow", fail: "red" };

function line({ check, status, detail, hint }: Check, paint: Paint): string {
  const first = `${paint(TONES[status], status.padEnd(4))}  ${check.padEnd(8)}  ${detail}\n`;
  return hint === undefined ? first : `${first}${" ".repeat(16)}hint: ${hint}\n`;
}
