import { migrate, type OpenLedger, openLedger } from "@bincard/core";
import { type EmbeddedPostgres, startPostgres } from "@bincard/embedded-postgres";
import { createApp } from "./app.ts";
import { CONSOLE_FOLDER } from "./console/files.ts";
import type { Settings } from "./env.ts";
import { findPostgres } from "./find-postgres.ts";
import { Gate } from "./gate.ts";
import { greeting } from "./greeting.ts";
import { type Listening, listen } from "./listen.ts";
import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { Queues } from "./queues.ts";
import { Reception } from "./reception.ts";
import { provideRoot } from "./root-token.ts";
import { tellBoth } from "./tell-both.ts";
import type { Tracing } from "./tracing.ts";
import { VERSION } from "./version.ts";
import { webhookSettings } from "./webhooks/settings.ts";

export interface StartOptions {
  readonly log: Log;
  /** Told, in one sentence, when the server cannot go on. Everything is stopped by then. */
  readonly onDeath: (sentence: string) => void;
}

export interface Running {
  readonly url: string;
  /** The first page of output. */
  readonly greeting: string;
  /** Refuses what is new, finishes what is under way, then closes the ledger and PostgreSQL. */
  stop(): Promise<void>;
}

/** How long requests under way may take when the server is told to stop; the database needs some time after. */
const DRAIN_MILLISECONDS = 6_000;
/** How long receivers of webhooks may take then; what has not arrived is sent again later. */
const WEBHOOK_GRACE_MILLISECONDS = 3_000;
/** How long a collector of traces may take to be told the last of them. */
const TRACES_MILLISECONDS = 2_000;

/**
 * Settings in, listening server out. The port comes first: that it is taken must show before a database is
 * started, and health can be asked from the first moment.
 */
export async function start(settings: Settings, { log, onDeath }: StartOptions): Promise<Running> {
  const gate = new Gate();
  const metrics = new Metrics({ process: true });
  const tracing = await openTracing(settings.traces);
  const listening = await serve(settings, { gate, log, metrics, tracing });
  const parts: Parts = { listening, tracing };
  log.debug({ url: parts.listening.url }, "listening");
  const stop = once(async () => {
    gate.shut("Bincard is stopping");
    const sent = gate.stopWebhooks(WEBHOOK_GRACE_MILLISECONDS);
    await within(DRAIN_MILLISECONDS, parts.listening.drain());
    await sent;
    await closeAll(parts);
  });
  try {
    const databaseUrl = settings.databaseUrl ?? (await embedded());
    if (settings.databaseUrl !== undefined) await findPostgres(settings.databaseUrl);
    await migrate(databaseUrl);
    const { webhooks } = settings;
    parts.ledger = openLedger({
      databaseUrl,
      telemetry: tellBoth(metrics, tracing),
      ...(webhooks === undefined ? {} : { webhooks: webhookSettings(webhooks, { log, metrics }) }),
    });
    const root = await provideRoot({
      databaseUrl,
      dataDir: settings.dataDir,
      given: settings.rootToken,
      ledger: parts.ledger,
    });
    gate.open(parts.ledger);
    parts.ledger.startWebhooks();
    const { url } = parts.listening;
    return { url, greeting: greeting({ version: VERSION, url, root, ...settings }), stop };
  } catch (error) {
    await closeAll(parts);
    throw error;
  }

  async function embedded(): Promise<string> {
    const { dataDir } = settings;
    parts.postgres = await startPostgres({
      dataDir,
      onDeath: (sentence) => void stop().finally(() => onDeath(sentence)),
    });
    return parts.postgres.url;
  }
}

interface Serving {
  readonly gate: Gate;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
}

/** The doors, with their limits, on a port. */
async function serve(settings: Settings, { gate, log, metrics, tracing }: Serving) {
  const { rateLimits, inFlight, logLines: linesPerSecond, corsOrigins, metricsToken } = settings;
  const reception = new Reception({
    ledger: gate,
    log,
    metrics,
    rateLimits,
    inFlight,
    linesPerSecond,
  });
  const queues = new Queues();
  const doors = {
    ledger: gate,
    log,
    reception,
    queues,
    corsOrigins,
    metricsToken,
    tracing,
    consoleFolder: CONSOLE_FOLDER,
  };
  const { host, port, maxConnections, trustedProxies } = settings;
  const onConnectionDropped = () => metrics.connectionDropped();
  const place = { host, port, maxConnections, trustedProxies, onConnectionDropped };
  const listening = await listen(createApp(doors), place);
  metrics.watch({
    inFlight: () => reception.inFlight,
    queriesRunning: () => queues.running,
    queriesWaiting: () => queues.waiting,
    merchantsWaiting: () => reception.fairShare.waiting,
    connections: listening.connections,
    vitals: async () => gate.vitals(),
    webhooks: async () => gate.webhookVitals(),
  });
  return listening;
}

/** Traces take a while to load, so only those who asked for them wait for it. */
async function openTracing(traces: Settings["traces"]): Promise<Tracing | undefined> {
  if (traces === undefined) return undefined;
  const { startTracing } = await import("./open-tracing.ts");
  return startTracing(traces);
}

/** What has been started so far. */
interface Parts {
  readonly listening: Listening;
  readonly tracing: Tracing | undefined;
  postgres?: EmbeddedPostgres;
  ledger?: OpenLedger;
}

async function closeAll({ listening, ledger, postgres, tracing }: Parts): Promise<void> {
  await listening.close();
  await ledger?.close();
  if (tracing !== undefined) await within(TRACES_MILLISECONDS, tracing.close());
  await postgres?.stop();
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return async () => (done ??= act());
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
