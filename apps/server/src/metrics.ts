import type { FailureCode, WebhookFailureReason } from "@bincard/contracts";
import type {
  FeedRead,
  GroupOutcome,
  GroupSent,
  Telemetry,
  Vitals,
  WebhookVitals,
} from "@bincard/core";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { Tally } from "./tally.ts";

/** Where a request came in. */
export type Door = "trpc" | "square" | "console" | "health" | "metrics" | "none";

/** What is asked of the running parts each time the metrics are read. */
export interface Gauges {
  readonly inFlight: () => number;
  readonly queriesRunning: () => number;
  readonly queriesWaiting: () => number;
  readonly merchantsWaiting: () => number;
  readonly connections: () => number;
  /** Rejects when the database does not answer. */
  readonly vitals: () => Promise<Vitals>;
  /** As well. */
  readonly webhooks: () => Promise<WebhookVitals>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/**
 * Everything Bincard counts about itself, in a registry of its own. What every request counts costs some hundred
 * nanoseconds; the rest is counted once a group, once a refusal or once a scrape. No label holds anything that
 * a caller chooses: what they can take is known, and so is the number of series.
 */
export class Metrics implements Telemetry {
  readonly #registry = new Registry();
  /** Asks the database, before anything is written on the page. */
  #refresh: () => Promise<void> = async () => undefined;
  readonly #requests = new Tally({
    name: "bincard_request_duration_seconds",
    help: "Requests answered, and how long each took from its headers to its answer's.",
    labels: ["door", "operation", "status"],
    bounds: SECONDS,
    registry: this.#registry,
  });
  readonly #batches = new Tally({
    name: "bincard_batch_changes",
    help: "Changes in each request that reported some.",
    labels: [],
    bounds: SIZES,
    registry: this.#registry,
  });
  readonly #groups = new Tally({
    name: "bincard_group_requests",
    help: "Requests that travelled in each statement of the writer.",
    labels: [],
    bounds: SIZES,
    registry: this.#registry,
  });
  readonly #groupSeconds = new Tally({
    name: "bincard_group_duration_seconds",
    help: "How long each statement of the writer took, by outcome: written, missed (another server was faster) or failed.",
    labels: ["outcome"],
    bounds: SECONDS,
    registry: this.#registry,
  });
  readonly #refusals = this.#counter("refusals_total", "Refusals by door and code.", [
    "door",
    "code",
  ]);
  readonly #changes = this.#counter("changes_recorded_total", "Changes written to the ledger.");
  readonly #retries = this.#counter(
    "writer_retries_total",
    "Groups and transactions tried again.",
    ["because"],
  );
  readonly #replays = this.#counter(
    "replays_total",
    "Requests answered from their idempotency key.",
  );
  readonly #lockWaits = this.#counter(
    "lock_waits_total",
    "Statements that waited for another's lock.",
  );
  readonly #dropped = this.#counter(
    "connections_dropped_total",
    "Connections refused for want of room.",
  );
  readonly #fed = this.#counter("feed_changes_total", "Changes handed to readers of the feed.");
  readonly #feedLag = this.#gauge(
    "feed_lag_positions",
    "Positions ahead of the reader of the feed that was answered last.",
  );
  readonly #webhookSeconds = new Tally({
    name: "bincard_webhook_attempt_duration_seconds",
    help: "Attempts at webhook deliveries, and how long each took, by outcome: delivered, or why it failed.",
    labels: ["outcome"],
    bounds: SECONDS,
    registry: this.#registry,
  });
  readonly #groupsInFlight = this.#gauge(
    "groups_in_flight",
    "Statements of the writer on their way.",
  );

  /** @param process Whether to count the process, too: memory, event loop, garbage, file handles. */
  constructor({ process }: { process: boolean }) {
    if (process) collectDefaultMetrics({ register: this.#registry });
  }

  answered(
    { door, operation, status }: { door: Door; operation: string; status: number },
    milliseconds: number,
  ): void {
    this.#requests.add(milliseconds / 1_000, door, operation, String(status));
  }

  refused(door: Door, code: FailureCode): void {
    this.#refusals.inc({ door, code });
  }

  batchAsked(changes: number): void {
    this.#batches.add(changes);
  }

  changesRecorded(changes: number): void {
    this.#changes.inc(changes);
  }

  connectionDropped(): void {
    this.#dropped.inc();
  }

  groupSent({ requests }: GroupSent): number {
    this.#groups.add(requests);
    this.#groupsInFlight.inc();
    return performance.now();
  }

  groupSettled(sent: unknown, outcome: GroupOutcome): void {
    this.#groupsInFlight.dec();
    const begun = typeof sent === "number" ? sent : performance.now();
    this.#groupSeconds.add((performance.now() - begun) / 1_000, outcome);
  }

  retried(because: "contention" | "connection"): void {
    this.#retries.inc({ because });
  }

  replayed(): void {
    this.#replays.inc();
  }

  lockWaited(): void {
    this.#lockWaits.inc();
  }

  feedRead({ changes, positionsBehind }: FeedRead): void {
    this.#fed.inc(changes);
    this.#feedLag.set(positionsBehind);
  }

  webhookAttempted(reason: WebhookFailureReason | undefined, milliseconds: number): void {
    this.#webhookSeconds.add(milliseconds / 1_000, reason ?? "delivered");
  }

  /** Once, when the parts are there. */
  watch(gauges: Gauges): void {
    const measure = (name: string, help: string, read: () => number) => {
      const registers = [this.#registry];
      const collect = function (this: Gauge) {
        this.set(read());
      };
      return new Gauge({ name: `bincard_${name}`, help, registers, collect });
    };
    measure("requests_in_flight", "Requests being answered.", gauges.inFlight);
    measure(
      "queries_running",
      "Calls other than changes.create that have their turn at the database.",
      gauges.queriesRunning,
    );
    measure(
      "queries_waiting",
      "Calls other than changes.create that wait for their turn at the database.",
      gauges.queriesWaiting,
    );
    measure(
      "merchants_waiting",
      "Merchants that have had their share of this process's time and wait.",
      gauges.merchantsWaiting,
    );
    measure("connections", "Open connections of callers.", gauges.connections);
    const database = this.#watchDatabase(gauges.vitals);
    const webhooks = this.#watchWebhooks(gauges.webhooks);
    this.#refresh = async () => {
      await Promise.all([database(), webhooks()]);
    };
  }

  /** The page of a scrape, and its content type. */
  async page(): Promise<{ readonly text: string; readonly contentType: string }> {
    await this.#refresh();
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  #watchWebhooks(vitals: () => Promise<WebhookVitals>): () => Promise<void> {
    const standing = new Gauge({
      name: "bincard_webhook_deliveries",
      help: "Webhook deliveries that are not delivered, of every server, by state: pending or dead.",
      labelNames: ["state"],
      registers: [this.#registry],
    });
    const oldest = this.#gauge(
      "webhook_oldest_pending_seconds",
      "Age of the oldest webhook delivery that is pending; 0 without one.",
    );
    const failing = this.#gauge(
      "webhook_failing_subscriptions",
      "Webhook subscriptions whose last attempt failed.",
    );
    return async () => {
      const now = await vitals().catch(() => undefined);
      standing.reset();
      if (now === undefined) return;
      standing.set({ state: "pending" }, now.pending);
      standing.set({ state: "dead" }, now.dead);
      oldest.set(now.oldestPendingSeconds);
      failing.set(now.failingSubscriptions);
    };
  }

  #watchDatabase(vitals: () => Promise<Vitals>): () => Promise<void> {
    const up = this.#gauge("database_up", "1 when the database answered this scrape.");
    const permitted = this.#gauge(
      "database_connections_max",
      "Connections that the database permits to everybody.",
    );
    const locked = this.#gauge(
      "database_lock_waiters",
      "Connections of Bincard that wait for a lock.",
    );
    const states = new Gauge({
      name: "bincard_database_connections",
      help: "Connections of Bincard's servers to the database, by state.",
      labelNames: ["state"],
      registers: [this.#registry],
    });
    return async () => {
      states.reset();
      const now = await vitals().catch(() => undefined);
      up.set(now === undefined ? 0 : 1);
      if (now === undefined) return;
      states.set({ state: "active" }, now.active);
      states.set({ state: "idle" }, now.idle);
      states.set({ state: "idle in transaction" }, now.idleInTransaction);
      permitted.set(now.permitted);
      locked.set(now.waitingForLock);
    };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[] = []) {
    return new Counter({ name: `bincard_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string) {
    return new Gauge({ name: `bincard_${name}`, help, registers: [this.#registry] });
  }
}
