import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../src/env.ts";
import { startTracing } from "../src/open-tracing.ts";
import { bincard, dataFolder } from "./bincard.ts";
import { openLimited } from "./open-limited.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly links?: readonly { readonly traceId: string }[];
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

/** A receiver of OTLP over HTTP, and every span it was sent. */
async function receiver() {
  const spans: Span[] = [];
  let services = "";
  const server = createServer(async (incoming, response) => {
    const body = JSON.parse((await incoming.toArray()).join(""));
    for (const { resource, scopeSpans } of body.resourceSpans) {
      services += JSON.stringify(resource);
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, spans, services: () => services };
}

const attribute = (span: Span | undefined, key: string) =>
  Object.values(span?.attributes.find((each) => each.key === key)?.value ?? {})[0];

test("a request, its operation and the caller's own trace hang together, at both doors", async () => {
  const { endpoint, spans, services } = await receiver();
  const tracing = startTracing({ url: `${endpoint}/v1/traces`, serviceName: "shop", share: 1 });
  const { ask } = await openLimited({ app: { tracing } });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const trpc = await ask("GET /trpc/locations.list", { headers: { traceparent } });
  await ask("GET /v2/locations");
  await ask("GET /v2/locations", { token: null });
  const sent = tracing.groupSent({ merchants: 2, requests: 3, changes: 5 });
  tracing.groupSettled(sent, "missed");
  await tracing.close();

  const named = (name: string) => spans.filter((span) => span.name === name);
  const [request] = named("trpc locations.list");
  const [operation, ofSquare] = named("locations.list");
  expect([request?.traceId, request?.parentSpanId]).toEqual([traceId, "b7ad6b7169203331"]);
  expect([operation?.traceId, operation?.parentSpanId]).toEqual([traceId, request?.spanId]);
  expect(attribute(request, "bincard.request_id")).toBe(trpc.headers.get("x-request-id"));
  expect(attribute(request, "http.response.status_code")).toBe(200);
  const [square] = named("square locations.list");
  expect(ofSquare?.parentSpanId).toBe(square?.spanId);
  expect(square?.traceId).not.toBe(traceId);
  expect(attribute(named("square unknown")[0], "bincard.refusal")).toBe("UNAUTHENTICATED");
  const [group] = named("append");
  expect(group?.parentSpanId ?? "").toBe("");
  expect([attribute(group, "bincard.outcome"), attribute(group, "bincard.changes")]).toEqual([
    "missed",
    5,
  ]);
  expect(services()).toContain("shop");
});

test("a failed operation is marked, without a word of what was sent", async () => {
  const { endpoint, spans } = await receiver();
  const tracing = startTracing({ url: `${endpoint}/v1/traces`, serviceName: "shop", share: 1 });
  const { ask, database } = await openLimited({ app: { tracing } });
  await ask("GET /trpc/locations.list");
  await database.run("alter schema bincard rename to elsewhere");
  expect((await ask("POST /trpc/locations.create", { body: { name: "a-customer" } })).status).toBe(
    500,
  );
  await tracing.close();
  const failed = spans.find(({ name }) => name === "locations.create");
  expect(failed?.status.code).toBe(2);
  expect(spans.find(({ name }) => name === "trpc locations.create")?.status.code).toBe(2);
  expect(JSON.stringify(spans)).not.toContain("a-customer");
});

test("only a part of the traces is kept, and those the caller keeps", async () => {
  const { endpoint, spans } = await receiver();
  const tracing = startTracing({ url: `${endpoint}/v1/traces`, serviceName: "shop", share: 0 });
  const { ask } = await openLimited({ app: { tracing } });
  await ask("GET /v2/locations");
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await ask("GET /v2/locations", { headers: { traceparent } });
  await tracing.close();
  expect(spans.map(({ name }) => name).toSorted()).toEqual([
    "locations.list",
    "square locations.list",
  ]);
});

test("the server sends its traces to whom it is told, and stops without losing them", async () => {
  const { endpoint, spans } = await receiver();
  const dataDir = await dataFolder();
  const server = await bincard({ BINCARD_DATA_DIR: dataDir, BINCARD_OTLP_ENDPOINT: endpoint });
  await server.ready();
  await fetch(`${server.url}/v2/locations`);
  server.process.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(spans.map(({ name }) => name)).toContain("square unknown");
});

test("where traces go to: ours, or OpenTelemetry's own variables", () => {
  const urlOf = (given: Record<string, string>) => readSettings(given).traces?.url;
  expect(urlOf({})).toBeUndefined();
  expect(urlOf({ BINCARD_OTLP_ENDPOINT: "http://c:4318/" })).toBe("http://c:4318/v1/traces");
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/otlp" };
  expect(urlOf(all)).toBe("http://c:4318/otlp/v1/traces");
  const traces = { ...all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t:1/x" };
  expect(urlOf(traces)).toBe("http://t:1/x");
  expect(urlOf({ ...traces, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
});
