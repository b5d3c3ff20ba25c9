/**
 * The first words of the paths that are the console's: its page is answered there, and finds its own way. Everything
 * else that is not served is 404, in a browser as anywhere.
 */
const APP_ROUTES: ReadonlySet<string> = new Set([
  "stock",
  "items",
  "changes",
  "count",
  "import",
  "webhooks",
  "access",
  "health",
  "sign-in",
]);

export function isAppRoute(path: string): boolean {
  return path === "/" || APP_ROUTES.has(path.split("/")[1] ?? "");
}
