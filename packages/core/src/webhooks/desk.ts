import { refuse } from "@bincard/contracts";
import type { Courier, Sent } from "./courier.ts";
import { Vault } from "./vault.ts";

/** Told of what the dispatcher does. Returns at once and never throws. */
export interface WebhookWitness {
  attempted(sent: Sent["attempt"]): void;
  /** Something of ours or of the database's failed; it is tried again. */
  failed(error: unknown): void;
  /** The feed no longer has what came next for a subscription, which goes on behind it. */
  skipped(subscription: { readonly merchantId: string; readonly subscriptionId: string }): void;
  /** A subscription has failed for too long, and was disabled. */
  gaveUp(subscription: { readonly merchantId: string; readonly subscriptionId: string }): void;
}

/** What a ledger needs to send webhooks. */
export interface WebhookSettings {
  /** Signature keys are kept under it. */
  readonly secretKey: string;
  readonly courier: Courier;
  /** Multiplies every wait between two attempts. Default 1. */
  readonly retryScale?: number;
  readonly witness?: WebhookWitness;
}

/** What can be done once there are settings. */
export interface OpenDesk {
  readonly vault: Vault;
  readonly courier: Courier;
  readonly retryScale: number;
  readonly witness: WebhookWitness | undefined;
}

/** Where a ledger's webhooks are looked after: subscriptions can be listed without settings, but nothing can be sent. */
export class Desk {
  readonly #open: OpenDesk | undefined;

  constructor(settings: WebhookSettings | undefined) {
    if (settings === undefined) return;
    const { secretKey, courier, retryScale = 1, witness } = settings;
    this.#open = { vault: new Vault(secretKey), courier, retryScale, witness };
  }

  get vault(): Vault | undefined {
    return this.#open?.vault;
  }

  /** NOT_CONFIGURED when there are no settings. */
  configured(): OpenDesk {
    if (this.#open !== undefined) return this.#open;
    throw refuse(
      "NOT_CONFIGURED",
      "this server sends no webhooks: whoever runs it has to set BINCARD_SECRET_KEY",
    );
  }
}
