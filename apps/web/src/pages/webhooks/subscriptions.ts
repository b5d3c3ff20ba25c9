import type { WebhookSubscription } from "@bincard/contracts";
import { queryClient } from "../../ledger/queries.ts";

/** Under which the subscriptions are kept. */
export const SUBSCRIPTIONS = ["every webhook"];
/** Deliveries come and go by themselves. */
export const ASK_MILLISECONDS = 3_000;

/** Everything of this screen is read again. */
export async function readAgain(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: SUBSCRIPTIONS }),
    queryClient.invalidateQueries({ queryKey: ["deliveries"] }),
    queryClient.invalidateQueries({ queryKey: ["delivery"] }),
  ]);
}

/** What people call it; its host where nobody gave it a name. */
export function nameOf({ name, notificationUrl }: WebhookSubscription): string {
  return name === "" ? new URL(notificationUrl).host : name;
}
