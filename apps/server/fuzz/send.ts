import type { App } from "../src/app.ts";

const THIN = /^\/(?:trpc\/changes\.create|v2\/inventory\/(?:changes\/batch-create|batch-change))$/;

/**
 * Asks the app as its port would. What can be recorded by a thin path goes there every other time, by the length
 * of its body, so that the same request always goes the same way.
 */
export async function send(app: App, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (request.method !== "POST" || !THIN.test(url.pathname)) return app.fetch(request);
  const body = new Uint8Array(await request.clone().arrayBuffer());
  if (body.length % 2 === 0) return app.fetch(request);
  const headers = Object.fromEntries(request.headers);
  const thin = app.thin({
    method: request.method,
    url: url.pathname + url.search,
    // Node lets no other length pass.
    headers: { ...headers, "content-length": String(body.length) },
    address: () => "127.0.0.1",
    read: async () => body,
  });
  if (thin === undefined) return app.fetch(request);
  const answer = await thin;
  return new Response(answer.text, { status: answer.status, headers: answer.headers });
}
