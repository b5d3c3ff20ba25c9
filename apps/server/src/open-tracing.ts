import type { GroupOutcome, GroupSent } from "@bincard/core";
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { TraceSettings } from "./env.ts";
import type { Visit } from "./reception.ts";
import type { Tracing } from "./tracing.ts";
import { VERSION } from "./version.ts";

const headersOf = {
  get: (headers: Headers, name: string) => headers.get(name) ?? undefined,
  keys: (headers: Headers) => [...headers.keys()],
};

/** Spans of this server, sent by OTLP over HTTP. Nothing global is set: an embedder's own tracing stays its own. */
export function startTracing({ url, serviceName, share }: TraceSettings): Tracing {
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ "service.name": serviceName, "service.version": VERSION }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });
  return new Spans(provider);
}

class Spans implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #contexts = new AsyncLocalStorageContextManager().enable();
  readonly #propagator = new W3CTraceContextPropagator();

  constructor(provider: TracerProvider) {
    this.#provider = provider;
    this.#tracer = provider.getTracer("bincard", VERSION);
  }

  async request(visit: Visit, request: Request, work: () => Promise<Response>): Promise<Response> {
    const caller = this.#propagator.extract(ROOT_CONTEXT, request.headers, headersOf);
    const { method } = request;
    const span = this.#tracer.startSpan(method, { kind: SpanKind.SERVER }, caller);
    span.setAttribute("http.request.method", method);
    span.setAttribute("bincard.request_id", visit.requestId);
    const response = await this.#inside(trace.setSpan(caller, span), span, work);
    span.updateName(visit.door === "none" ? method : `${visit.door} ${visit.operation}`);
    span.setAttribute("bincard.door", visit.door);
    span.setAttribute("http.response.status_code", response.status);
    if (visit.refused !== undefined) span.setAttribute("bincard.refusal", visit.refused);
    if (response.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    return response;
  }

  async operation<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
    const parent = this.#contexts.active();
    const span = this.#tracer.startSpan(name, { kind: SpanKind.INTERNAL }, parent);
    const answer = await this.#inside(trace.setSpan(parent, span), span, work);
    span.end();
    return answer;
  }

  groupSent({ merchants, requests, changes }: GroupSent): Span {
    const attributes = {
      "db.system.name": "postgresql",
      "db.operation.name": "append",
      "bincard.merchants": merchants,
      "bincard.requests": requests,
      "bincard.changes": changes,
    };
    // A statement carries the requests of several traces: it hangs below none, and links to the one that sent it.
    const context = trace.getSpanContext(this.#contexts.active());
    const links = context === undefined ? [] : [{ context }];
    return this.#tracer.startSpan(
      "append",
      { kind: SpanKind.CLIENT, attributes, links },
      ROOT_CONTEXT,
    );
  }

  groupSettled(sent: unknown, outcome: GroupOutcome): void {
    if (!isSpan(sent)) return;
    sent.setAttribute("bincard.outcome", outcome);
    if (outcome === "failed") sent.setStatus({ code: SpanStatusCode.ERROR });
    sent.end();
  }

  async close(): Promise<void> {
    // What cannot be delivered is lost, and is no reason not to stop.
    await this.#provider.shutdown().catch(() => undefined);
    this.#contexts.disable();
  }

  /** Ends the span itself only when the work fails: what else there is to say of it is known after. */
  async #inside<Answer>(within: Context, span: Span, work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#contexts.with(within, work);
    } catch (error) {
      // The error's own words may quote what a caller sent; its kind does not.
      span.setAttribute("error.type", error instanceof Error ? error.name : "unknown");
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      throw error;
    }
  }
}

function isSpan(value: unknown): value is Span {
  return typeof value === "object" && value !== null && "spanContext" in value;
}
