import { LIMITS } from "@bincard/contracts";

type Asked = Pick<Request, "headers" | "url">;

/**
 * The cookie that a session is kept in. Cookies know hosts and no ports, so each port has a name of its own: two
 * servers on one machine do not sign each other's people out. Over https it is bound to this host by its prefix.
 */
function nameOf({ url }: Asked, { isSecure }: { isSecure: boolean }): string {
  const { port } = new URL(url);
  return `${isSecure ? "__Host-" : ""}bincard${port === "" ? "" : `-${port}`}`;
}

/**
 * The secret of the session that a request brings along, if any. Where a page is known to have come over https, the
 * other name is nothing to it: any host beside this one may have set that.
 */
export function sessionIn(asked: Asked): string | undefined {
  const cookies = new Map(
    (asked.headers.get("cookie") ?? "").split(";").map((pair): [string, string] => {
      const [name = "", ...value] = pair.split("=");
      return [name.trim(), value.join("=").trim()];
    }),
  );
  const secret = (isOverHttps(asked) ? [true] : [true, false])
    .map((isSecure) => cookies.get(nameOf(asked, { isSecure })))
    .find((value) => value !== undefined && value !== "");
  return secret;
}

/**
 * What a page of ours keeps and cannot read. A browser tells by `Origin` whether the page came over https, whatever
 * proxies stand between; without it there is no page that could be signed in.
 */
export function cookieFor(asked: Asked, secret: string): string {
  const isSecure = isOverHttps(asked);
  return written(nameOf(asked, { isSecure }), secret, {
    isSecure,
    seconds: LIMITS.consoleSessionHours * 3_600,
  });
}

function isOverHttps({ headers }: Asked): boolean {
  return headers.get("origin")?.startsWith("https:") === true;
}

/** Takes the cookie back, under whichever name it was set. */
export function cookiesGone(asked: Asked): readonly string[] {
  return [true, false].map((isSecure) =>
    written(nameOf(asked, { isSecure }), "", { isSecure, seconds: 0 }),
  );
}

function written(
  name: string,
  value: string,
  { isSecure, seconds }: { isSecure: boolean; seconds: number },
): string {
  const secure = isSecure ? "; Secure" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}
