/** What stands in the URL of a count. The sheet itself is kept in the browser. */
export interface CountSearch {
  /** The location that is counted. */
  readonly at?: string;
  readonly step?: "review";
  /** Which lines are shown; all of them when left out. */
  readonly show?: "open" | "counted" | "differing";
}

/** Takes anything, and keeps what makes sense. */
export function readCountSearch(given: Readonly<Record<string, unknown>>): CountSearch {
  const at = given["at"];
  const show = (["open", "counted", "differing"] as const).find(
    (choice) => choice === given["show"],
  );
  return {
    ...(typeof at === "string" && at !== "" ? { at } : {}),
    ...(given["step"] === "review" ? { step: "review" as const } : {}),
    ...(show === undefined ? {} : { show }),
  };
}

export type SetSearch = (changed: {
  [Name in keyof CountSearch]?: CountSearch[Name] | undefined;
}) => void;
