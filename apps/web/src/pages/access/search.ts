/** What stands in the URL of the access screen. */
export interface AccessSearch {
  /** Whose tokens are shown; the own merchant's when left out. */
  readonly merchant?: string;
  /** Revoked and expired tokens are shown, too. */
  readonly all?: true;
  /** A form that is open. */
  readonly do?: "token" | "merchant";
}

/** Takes anything, and keeps what makes sense. */
export function readAccessSearch(given: Readonly<Record<string, unknown>>): AccessSearch {
  const merchant = given["merchant"];
  const form = (["token", "merchant"] as const).find((choice) => choice === given["do"]);
  return {
    ...(typeof merchant === "string" && merchant !== "" ? { merchant } : {}),
    ...(given["all"] === true ? { all: true as const } : {}),
    ...(form === undefined ? {} : { do: form }),
  };
}
