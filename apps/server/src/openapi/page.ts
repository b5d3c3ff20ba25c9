import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { takesEncoding } from "@bincard/api";
import { type Context, Hono } from "hono";
import { openApiDocument } from "./document.ts";

/** A file as it is sent: made once, at the first request for it. */
interface Asset {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer>;
  readonly tag: string;
}

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Bincard: reference</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** A token that is typed in stays in the page: nothing is stored, and nobody else is asked to validate. */
const START = `window.SwaggerUIBundle({
  url: "openapi.json",
  domNode: document.getElementById("reference"),
  presets: [window.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Everything the page may load is on this server; images may also stand in its style sheet. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const packed = createRequire(import.meta.url);
const fromPackage = (name: string) => async () =>
  readFile(packed.resolve(`swagger-ui-dist/${name}`));
const fromText = (text: () => string) => async () => Buffer.from(text());

const ASSETS: Readonly<Record<string, { type: string; read: () => Promise<Buffer> }>> = {
  "/openapi.json": {
    type: "application/json",
    read: fromText(() => JSON.stringify(openApiDocument())),
  },
  "/docs": { type: "text/html; charset=utf-8", read: fromText(() => HTML) },
  "/docs/start.js": { type: "text/javascript; charset=utf-8", read: fromText(() => START) },
  "/docs/swagger-ui.css": {
    type: "text/css; charset=utf-8",
    read: fromPackage("swagger-ui.css"),
  },
  "/docs/swagger-ui-bundle.js": {
    type: "text/javascript; charset=utf-8",
    read: fromPackage("swagger-ui-bundle.js"),
  },
  "/docs/favicon-32x32.png": { type: "image/png", read: fromPackage("favicon-32x32.png") },
};
export const REFERENCE_PATHS: readonly string[] = Object.keys(ASSETS);

/** `/openapi.json`, and at `/docs` the same for people, with all that it needs. */
export function referencePages(): Hono {
  const pages = new Hono();
  for (const [path, { type, read }] of Object.entries(ASSETS)) {
    let made: Promise<Asset> | undefined;
    // What could not be read, perhaps for want of file handles, is tried again at the next request.
    const makeAgain = (error: unknown) => {
      made = undefined;
      throw error;
    };
    pages.get(path, async (context) =>
      send(context, await (made ??= makeAsset(type, read).catch(makeAgain))),
    );
  }
  return pages;
}

async function makeAsset(type: string, read: () => Promise<Buffer>): Promise<Asset> {
  const plain = await read();
  const zipped = await promisify(gzip)(plain);
  const digest = createHash("sha256").update(plain).digest("base64url");
  return { type, plain: new Uint8Array(plain), zipped: new Uint8Array(zipped), tag: digest };
}

function send(context: Context, { type, plain, zipped, tag }: Asset): Response {
  const isZipped = takesEncoding(context.req.header("accept-encoding"), "gzip");
  const etag = `"${tag}${isZipped ? "-gz" : ""}"`;
  const headers = {
    "Content-Type": type,
    // To be asked for again each time, and sent again only when it changed.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": PAGE_POLICY,
    ETag: etag,
    Vary: "Accept-Encoding",
  };
  if (context.req.header("if-none-match")?.includes(etag) === true)
    return new Response(null, { status: 304, headers });
  if (!isZipped) return new Response(plain, { headers });
  return new Response(zipped, { headers: { ...headers, "Content-Encoding": "gzip" } });
}
