import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { LIMITS } from "@bincard/contracts";
import * as z from "zod";
import { NotStarted } from "./not-started.ts";

/** From quiet to talkative. */
const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
/** These may be handed over in a file, as orchestrators do: `NAME_FILE` holds its path. */
const SECRETS = ["DATABASE_URL", "BINCARD_ROOT_TOKEN"] as const;

const schema = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be at most 65535")
    .default(4_100),
  BINCARD_DATA_DIR: z.string().default(".bincard"),
  DATABASE_URL: z
    .string()
    .refine(
      isPostgresUrl,
      'must be a PostgreSQL URL such as "postgres://user:password@host:5432/name"',
    )
    .optional(),
  BINCARD_ROOT_TOKEN: z
    .string()
    .min(
      LIMITS.rootTokenCharactersMin,
      `must have at least ${LIMITS.rootTokenCharactersMin} characters`,
    )
    .max(LIMITS.tokenCharacters, `must have at most ${LIMITS.tokenCharacters} characters`)
    .regex(/^[\x21-\x7e]*$/, "must be made of printable ASCII characters without spaces")
    .optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
});

/** Everything the process can be told, parsed. */
export interface Settings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** `undefined`: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly rootToken: string | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** @throws NotStarted, which names every fault at once. */
export function readSettings(given: Readonly<Record<string, string | undefined>>): Settings {
  // An empty variable is an unset one: that is how compose files and CI systems leave them out.
  const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== "");
  const { values, faults } = withSecretFiles(Object.fromEntries(set));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`));
  }
  if (!parsed.success || faults.length > 0) throw new NotStarted(faults.join("; "));
  const { data } = parsed;
  return {
    host: data.HOST,
    port: data.PORT,
    dataDir: resolve(data.BINCARD_DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    rootToken: data.BINCARD_ROOT_TOKEN,
    logLevel: data.LOG_LEVEL,
  };
}

/** The settings of this process. */
export function settingsOfProcess(): Settings {
  return readSettings(process.env);
}

function withSecretFiles(given: Readonly<Record<string, string | undefined>>) {
  const values = { ...given };
  const faults: string[] = [];
  for (const name of SECRETS) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) {
      faults.push(`${name} and ${name}_FILE are both set: keep one`);
      continue;
    }
    try {
      values[name] = readFileSync(path, "utf8").trim();
    } catch (error) {
      faults.push(`${name}_FILE cannot be read (${String(Object(error)["code"])})`);
    }
  }
  return { values, faults };
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["postgres:", "postgresql:"].includes(new URL(text).protocol);
}
