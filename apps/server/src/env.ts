import { readFileSync } from "node:fs";
import type { BlockList } from "node:net";
import { resolve } from "node:path";
import { LIMITS } from "@bincard/contracts";
import * as z from "zod";
import type { InFlightSettings } from "./in-flight.ts";
import { NotStarted } from "./not-started.ts";
import type { RateLimitSettings } from "./rate-limit.ts";
import {
  countOrOff,
  factor,
  flag,
  origins,
  proxies,
  rate,
  share,
  webAddress,
  wholeNumber,
} from "./setting.ts";
import type { WebhookChoices } from "./webhooks/settings.ts";

/** From quiet to talkative. */
const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
/** These may be handed over in a file, as orchestrators do: `NAME_FILE` holds its path. */
const SECRETS = [
  "DATABASE_URL",
  "BINCARD_ROOT_TOKEN",
  "BINCARD_METRICS_TOKEN",
  "BINCARD_SECRET_KEY",
] as const;

/** A secret of ours: as long as the limits say, and fit for a header. */
const secret = z
  .string()
  .min(
    LIMITS.rootTokenCharactersMin,
    `must have at least ${LIMITS.rootTokenCharactersMin} characters`,
  )
  .max(LIMITS.tokenCharacters, `must have at most ${LIMITS.tokenCharacters} characters`)
  .regex(/^[\x21-\x7e]*$/, "must be made of printable ASCII characters without spaces");

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
    .refine(isPostgresUrl, {
      error: 'must be a PostgreSQL URL such as "postgres://user:password@host:5432/name"',
      abort: true,
    })
    .refine(hasSoundEscapes, "has a % that is not an escape: write it as %25")
    .optional(),
  BINCARD_ROOT_TOKEN: secret.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
  BINCARD_LOG_LINES: wholeNumber().default(100),
  BINCARD_RATE_LIMIT_READS: rate(LIMITS.readsPerSecond, LIMITS.readsBurst),
  BINCARD_RATE_LIMIT_WRITES: rate(LIMITS.writesPerSecond, LIMITS.writesBurst),
  BINCARD_RATE_LIMIT_STRANGERS: rate(LIMITS.strangersPerSecond, LIMITS.strangersBurst),
  BINCARD_IN_FLIGHT_PER_MERCHANT: countOrOff(LIMITS.inFlightPerMerchant),
  BINCARD_IN_FLIGHT: countOrOff(LIMITS.inFlight),
  BINCARD_MAX_CONNECTIONS: countOrOff(LIMITS.connections),
  BINCARD_TRUSTED_PROXIES: proxies(),
  BINCARD_CORS_ORIGINS: origins(),
  BINCARD_METRICS_TOKEN: secret.optional(),
  BINCARD_SECRET_KEY: secret.optional(),
  BINCARD_WEBHOOKS_ALLOW_LOCAL: flag(),
  BINCARD_WEBHOOKS_RETRY_SCALE: factor().default(1),
  BINCARD_OTLP_ENDPOINT: webAddress().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress().optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().default("bincard"),
  OTEL_TRACES_SAMPLER_ARG: share().default(1),
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
  /** Lines of the access log a second; the others are counted. */
  readonly logLines: number;
  readonly rateLimits: RateLimitSettings;
  readonly inFlight: InFlightSettings;
  /** `undefined`: no limit of ours. */
  readonly maxConnections: number | undefined;
  /** Whose `X-Forwarded-For` is believed; nobody's when `undefined`. */
  readonly trustedProxies: BlockList | undefined;
  readonly corsOrigins: readonly string[];
  readonly metricsToken: string | undefined;
  /** `undefined`: no webhooks. */
  readonly webhooks: WebhookChoices | undefined;
  /** `undefined`: no traces. */
  readonly traces: TraceSettings | undefined;
}

export interface TraceSettings {
  /** Where spans are sent to by OTLP over HTTP. */
  readonly url: string;
  readonly serviceName: string;
  /** The part of new traces that is kept, from 0 to 1. A trace that the caller keeps is kept. */
  readonly share: number;
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
    logLines: data.BINCARD_LOG_LINES,
    rateLimits: {
      reads: data.BINCARD_RATE_LIMIT_READS,
      writes: data.BINCARD_RATE_LIMIT_WRITES,
      strangers: data.BINCARD_RATE_LIMIT_STRANGERS,
    },
    inFlight: {
      perMerchant: data.BINCARD_IN_FLIGHT_PER_MERCHANT,
      total: data.BINCARD_IN_FLIGHT,
    },
    maxConnections: data.BINCARD_MAX_CONNECTIONS,
    trustedProxies: data.BINCARD_TRUSTED_PROXIES,
    corsOrigins: data.BINCARD_CORS_ORIGINS,
    metricsToken: data.BINCARD_METRICS_TOKEN,
    webhooks: webhookChoices(data),
    traces: traceSettings(data),
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

function webhookChoices(data: z.output<typeof schema>): WebhookChoices | undefined {
  const { BINCARD_SECRET_KEY: secretKey } = data;
  if (secretKey === undefined) return undefined;
  return {
    secretKey,
    allowLocal: data.BINCARD_WEBHOOKS_ALLOW_LOCAL,
    retryScale: data.BINCARD_WEBHOOKS_RETRY_SCALE,
  };
}

/** OpenTelemetry's own variables are understood, too; what names the traces wins over what names all signals. */
function traceSettings(data: z.output<typeof schema>): TraceSettings | undefined {
  const base = data.BINCARD_OTLP_ENDPOINT ?? data.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url =
    data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
    (base === undefined ? undefined : `${base.replace(/\/+$/, "")}/v1/traces`);
  if (url === undefined || data.OTEL_SDK_DISABLED === "true") return undefined;
  return { url, serviceName: data.OTEL_SERVICE_NAME, share: data.OTEL_TRACES_SAMPLER_ARG };
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["postgres:", "postgresql:"].includes(new URL(text).protocol);
}

/** Whether what the driver decodes of a URL, and what is told of it, can be. */
function hasSoundEscapes(text: string): boolean {
  const { username, password, hostname, pathname } = new URL(text);
  try {
    for (const part of [username, password, hostname, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
