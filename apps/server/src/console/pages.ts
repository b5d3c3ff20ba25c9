import { takesEncoding } from "@bincard/api";
import type { Visit } from "../reception.ts";
import { isAppRoute } from "./app-routes.ts";
import { ConsoleFiles, type Encoding, INDEX, type ServedFile } from "./files.ts";

/** Everything the page loads and asks is on this server; nothing of it stands in the page itself. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const NOT_BUILT =
  'The console is not built: run "pnpm --filter @bincard/web build", then reload.\n';
/** Their names change with their contents. */
const HASHED = "/assets/";

/** Answers a GET that is the console's, and leaves the others by answering `undefined`. */
export type ConsolePages = (request: Request, visit: Visit) => Promise<Response | undefined>;

export function consolePages(folder: string): ConsolePages {
  const files = new ConsoleFiles(folder);
  return async ({ method, headers, url }, visit) => {
    if (method !== "GET" && method !== "HEAD") return undefined;
    const path = new URL(url).pathname;
    const isPage = isAppRoute(path) || path === INDEX;
    const file = await files.find(isPage ? INDEX : path);
    if (file === undefined && !isPage) return undefined;
    visit.door = "console";
    if (file !== undefined) return send(file, headers, isPage ? INDEX : path);
    return new Response(NOT_BUILT, {
      status: 503,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    });
  };
}

function send({ type, plain, packed, tag }: ServedFile, asked: Headers, path: string): Response {
  const encoding = chosen(asked.get("accept-encoding") ?? "", packed);
  const etag = `"${tag}${encoding === undefined ? "" : `-${encoding}`}"`;
  const headers: Record<string, string> = {
    "Content-Type": type,
    "Cache-Control": cachingOf(path),
    "Cross-Origin-Opener-Policy": "same-origin",
    Vary: "Accept-Encoding",
    ...(path === INDEX ? { "Content-Security-Policy": PAGE_POLICY } : { ETag: etag }),
  };
  if (path !== INDEX && asked.get("if-none-match")?.includes(etag) === true)
    return new Response(null, { status: 304, headers });
  if (encoding === undefined) return new Response(plain, { headers });
  return new Response(packed[encoding] ?? plain, {
    headers: { ...headers, "Content-Encoding": encoding },
  });
}

function cachingOf(path: string): string {
  if (path === INDEX) return "no-store";
  return path.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache";
}

function chosen(accepted: string, packed: ServedFile["packed"]): Encoding | undefined {
  return (["br", "gzip"] as const).find(
    (encoding) => packed[encoding] !== undefined && takesEncoding(accepted, encoding),
  );
}
