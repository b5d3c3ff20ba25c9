import type { Telemetry } from "@bincard/core";
import type { Metrics } from "./metrics.ts";
import type { Tracing } from "./tracing.ts";

interface Sent {
  readonly counted: unknown;
  readonly traced: unknown;
}

/** What the writer tells: to the metrics always, to the traces when there are any. */
export function tellBoth(metrics: Metrics, tracing: Tracing | undefined): Telemetry {
  if (tracing === undefined) return metrics;
  return {
    groupSent: (group): Sent => ({
      counted: metrics.groupSent(group),
      traced: tracing.groupSent(group),
    }),
    groupSettled(sent, outcome) {
      metrics.groupSettled(Object(sent)["counted"], outcome);
      tracing.groupSettled(Object(sent)["traced"], outcome);
    },
    retried: (because) => metrics.retried(because),
    replayed: () => metrics.replayed(),
    lockWaited: () => metrics.lockWaited(),
    feedRead: (page) => metrics.feedRead(page),
  };
}
