import type { Driven } from "./sample.ts";
import { quantile } from "./statistics.ts";

/** Sends one request of one client and answers how many changes it carried. */
export type Once = (client: number) => Promise<number>;

export interface Window {
  readonly clients: number;
  readonly seconds: number;
}

/**
 * Closed loop: every client sends its next request when the last one was answered. A request that fails
 * ends the run: figures of a bench that fails are worth nothing.
 */
export async function drive({ clients, seconds }: Window, once: Once): Promise<Driven> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  let changes = 0;
  const client = async (index: number) => {
    for (let sent = performance.now(); sent < end;) {
      // Read after the wait: the other clients add to it meanwhile.
      const carried = await once(index);
      changes += carried;
      const answered = performance.now();
      latencies.push(answered - sent);
      sent = answered;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return { ...summary(latencies, start), changes };
}

function summary(latencies: readonly number[], start: number): Omit<Driven, "changes"> {
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    seconds: (performance.now() - start) / 1_000,
    requests: latencies.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}
