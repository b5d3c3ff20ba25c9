import type { Count, WebhookAttempt, WebhookEventType } from "@bincard/contracts";

/** One event on its way to one receiver. */
export interface Parcel {
  readonly deliveryId: string;
  readonly merchantId: string;
  readonly eventType: WebhookEventType;
  readonly createdAt: string;
  readonly counts: readonly Count[];
  /** The feed up to here is told once this one and those before it are. */
  readonly lastPosition: number;
  readonly notificationUrl: string;
  /** What it is signed with, newest first: two for a while after a rotation. */
  readonly signatureKeys: readonly [string, ...string[]];
  /** When the first attempt was made; undefined when this is it. */
  readonly firstAttemptAt: string | undefined;
  /** How many attempts have failed, and why the last one did. */
  readonly retry:
    | { readonly number: number; readonly because: WebhookAttempt["reason"] }
    | undefined;
}

/** What became of it. */
export interface Sent {
  readonly attempt: WebhookAttempt;
  /** The body as it went out. */
  readonly payload: string;
}

/** Carries parcels over the network; how they are worded and signed is its business. */
export interface Courier {
  /** Why no parcel may go to this address, in words that follow its name; undefined when they may. */
  objectionTo(notificationUrl: string): string | undefined;
  /** Resolves whatever the receiver does, in bounded time; rejects only when `signal` is aborted. */
  send(parcel: Parcel, signal: AbortSignal): Promise<Sent>;
}
