import { type Principal, refuse } from "@bincard/contracts";
import type { ConsoleSessions, OpenLedger, Vitals, WebhookVitals } from "@bincard/core";

/**
 * A ledger that can be asked before its database answers and after it was told to stop: the doors stand on
 * this one for the life of the process. Shut, it refuses to authenticate, which every request begins with;
 * requests that are already inside finish their work.
 */
export class Gate implements OpenLedger {
  #ledger: OpenLedger | undefined;
  #shutBecause: string | undefined = "Bincard is starting";

  open(ledger: OpenLedger): void {
    this.#ledger = ledger;
    this.#shutBecause = undefined;
  }

  shut(because: string): void {
    this.#shutBecause = because;
    this.#ledger?.dismissFollowers(because);
  }

  dismissFollowers(because: string): void {
    this.#ledger?.dismissFollowers(because);
  }

  async authenticate(token: string): Promise<Principal> {
    return this.#enter().authenticate(token);
  }

  get sessions(): ConsoleSessions {
    return this.#enter().sessions;
  }

  async ping(): Promise<void> {
    return this.#enter().ping();
  }

  startWebhooks(): void {
    this.#ledger?.startWebhooks();
  }

  async stopWebhooks(graceMs: number): Promise<void> {
    await this.#ledger?.stopWebhooks(graceMs);
  }

  async webhookVitals(): Promise<WebhookVitals> {
    return this.#inside().webhookVitals();
  }

  async vitals(): Promise<Vitals> {
    return this.#inside().vitals();
  }

  /** Whoever opened the ledger closes it. */
  async close(): Promise<void> {
    this.shut("Bincard is stopping");
  }

  get changes() {
    return this.#inside().changes;
  }
  get counts() {
    return this.#inside().counts;
  }
  get feed() {
    return this.#inside().feed;
  }
  get catalog() {
    return this.#inside().catalog;
  }
  get locations() {
    return this.#inside().locations;
  }
  get webhooks() {
    return this.#inside().webhooks;
  }
  get merchants() {
    return this.#inside().merchants;
  }
  get tokens() {
    return this.#inside().tokens;
  }
  get ledger() {
    return this.#inside().ledger;
  }

  #enter(): OpenLedger {
    if (this.#shutBecause !== undefined) throw unavailable(this.#shutBecause);
    return this.#inside();
  }

  #inside(): OpenLedger {
    if (this.#ledger === undefined) throw unavailable("Bincard is starting");
    return this.#ledger;
  }
}

function unavailable(because: string) {
  return refuse("UNAVAILABLE", `${because}: try again in a moment`, { retryAfterSeconds: 1 });
}
