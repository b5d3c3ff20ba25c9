import { LIMITS } from "@bincard/contracts";
import type { Pools } from "../store/connect.ts";
import { deleteOldDeliveries, merchantsWithOldDeliveries } from "../store/webhook-deliveries.ts";

const EVERY_MS = 3_600_000;
/** So that no statement takes long, however much has piled up while no server ran. */
const AT_ONCE = 1_000;

/**
 * Rids merchants of deliveries that were kept long enough, now and every hour. Nobody's turn does it: a subscription that
 * was disabled or deleted has none. Several servers may be at it at once.
 */
export class Cleaner {
  readonly #pools: Pools;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #cleaning: Promise<void> | undefined;
  #isStopping = false;

  constructor(pools: Pools, failed: (error: unknown) => void) {
    this.#pools = pools;
    this.#failed = failed;
  }

  start(): void {
    this.#cleaning = this.#clean().catch(this.#failed);
    this.#timer = setTimeout(() => this.start(), EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves when the statement that is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#cleaning;
  }

  async #clean(): Promise<void> {
    const days = LIMITS.webhookDeliveryDays;
    for (const merchantId of await merchantsWithOldDeliveries(this.#pools.gate.sql, days)) {
      const sql = this.#pools.webhooks.of(merchantId);
      for (let isMore = true; isMore;) {
        if (this.#isStopping) return;
        const gone = await deleteOldDeliveries(sql, { merchantId, days, limit: AT_ONCE });
        isMore = gone === AT_ONCE;
      }
    }
  }
}
