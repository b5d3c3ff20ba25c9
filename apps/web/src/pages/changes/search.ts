/** How far back the screen begins. */
export const SINCES = ["15m", "1h", "24h", "7d", "all"] as const;
export type Since = (typeof SINCES)[number];

/** What a change did, as people filter it. */
export const KINDS = ["received", "sold", "wasted", "counted", "moved", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** What stands in the URL of the feed's screen. */
export interface ChangesSearch {
  /** Words of an item's name, SKU or id, or of a reference. */
  readonly q?: string;
  /** Kinds with commas between; all of them when left out. */
  readonly kinds?: string;
  /** A location's id. */
  readonly at?: string;
  readonly since?: Exclude<Since, "24h">;
  /** The change whose details are shown. */
  readonly change?: string;
}

/** Takes anything, and keeps what makes sense. */
export function readChangesSearch(given: Readonly<Record<string, unknown>>): ChangesSearch {
  const text = (name: string): string | undefined => {
    const value = given[name];
    if (typeof value === "number") return String(value);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [q, at, change] = [text("q"), text("at"), text("change")];
  const kinds = kindsOf(text("kinds"));
  const since = SINCES.find((choice) => choice === given["since"]);
  return {
    ...(q === undefined ? {} : { q }),
    ...(kinds.length === KINDS.length ? {} : { kinds: kinds.join(",") }),
    ...(at === undefined ? {} : { at }),
    ...(since === undefined || since === "24h" ? {} : { since }),
    ...(change === undefined ? {} : { change }),
  };
}

/** The kinds a search names; all when it names none that there is. */
export function kindsOf(kinds: string | undefined): readonly Kind[] {
  const named = kinds?.split(",") ?? [];
  const known = KINDS.filter((kind) => named.includes(kind));
  return known.length === 0 ? KINDS : known;
}
