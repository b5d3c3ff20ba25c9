/** What stands in the URL of the webhooks screen. */
export interface WebhooksSearch {
  /** The subscription that is looked at. */
  readonly id?: string;
  /** Only deliveries in this state. */
  readonly state?: "PENDING" | "DELIVERED" | "DEAD";
  /** A delivery that is open. */
  readonly delivery?: string;
  readonly do?: "new" | "replay";
}

/** Takes anything, and keeps what makes sense. */
export function readWebhooksSearch(given: Readonly<Record<string, unknown>>): WebhooksSearch {
  const text = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [id, delivery] = [text("id"), text("delivery")];
  const state = (["PENDING", "DELIVERED", "DEAD"] as const).find(
    (choice) => choice === given["state"],
  );
  const form = (["new", "replay"] as const).find((choice) => choice === given["do"]);
  return {
    ...(id === undefined ? {} : { id }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(state === undefined ? {} : { state }),
    ...(form === undefined ? {} : { do: form }),
  };
}

export type SetSearch = (changed: {
  [Name in keyof WebhooksSearch]?: WebhooksSearch[Name] | undefined;
}) => void;
