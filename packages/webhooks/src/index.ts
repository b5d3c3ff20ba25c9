export { eventBody, type WebhookEvent } from "./event.ts";
export { type Attempt, attemptHeaders } from "./headers.ts";
