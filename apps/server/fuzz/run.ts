import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { App } from "../src/app.ts";
import { complaints } from "./conformance.ts";
import { anyRequest, asRequest, type Made } from "./requests.ts";
import { send } from "./send.ts";
import type { Scene, Stage } from "./stage.ts";

/** An answer takes no longer than this, or the server hangs. */
const HANGS_MILLISECONDS = 20_000;
/** It is waited for some time more: whether it ever comes tells two kinds of fault apart. */
const NEVER_MILLISECONDS = 120_000;
/** A stream is read until its first page. */
const FIRST_EVENT_MILLISECONDS = 2_000;

export interface Finding {
  readonly made: Made;
  readonly complaints: readonly string[];
  readonly answer: string;
}

export interface Outcome {
  /** `undefined` for what this runtime refuses to send. */
  readonly status: number | undefined;
  readonly finding: Finding | undefined;
}

/** Sends one request and holds the answer against the document. */
export async function trial(
  made: Made,
  { app, scene }: { app: App; scene: Scene },
): Promise<Outcome> {
  const request = asRequest(made, scene);
  if (request === undefined) return { status: undefined, finding: undefined };
  const { method } = request;
  const url = new URL(request.url);
  const clock = new Hangs(scene);
  try {
    const response = await clock.watch(send(app, request));
    const text = await clock.watch(textOf(response));
    const { status, headers } = response;
    if (status === 200 && url.pathname !== "/openapi.json") scene.remember(text);
    const found = [...clock.complaints, ...complaints({ method, url, status, headers, text })];
    const finding =
      found.length === 0 ? undefined : { made, complaints: found, answer: short(text) };
    return { status, finding };
  } catch (error) {
    const complaint = error instanceof Error ? `threw ${error.message}` : "threw";
    const said = [complaint, ...clock.complaints];
    return { status: 0, finding: { made, complaints: said, answer: "" } };
  }
}

const short = (text: string) => (text.length > 600 ? `${text.slice(0, 600)}…` : text);

/** Waits for an answer longer than anybody would, and says how long, and what the database was doing meanwhile. */
class Hangs {
  readonly complaints: string[] = [];
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async watch<Value>(work: Promise<Value>): Promise<Value> {
    const begun = performance.now();
    let end: NodeJS.Timeout | undefined;
    const never = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new Error(`no answer within ${NEVER_MILLISECONDS} ms`));
      end = setTimeout(giveUp, NEVER_MILLISECONDS);
    });
    let doing = "";
    const late = setTimeout(async () => {
      doing = await this.#scene.doing().catch(String);
    }, HANGS_MILLISECONDS);
    try {
      return await Promise.race([work, never]);
    } finally {
      clearTimeout(late);
      clearTimeout(end);
      const took = performance.now() - begun;
      if (took > HANGS_MILLISECONDS)
        this.complaints.push(`it took ${took.toFixed(0)} ms; the database: ${doing}`);
    }
  }
}

/** The whole of an answer; of one that never ends, what comes first. */
async function textOf(response: Response): Promise<string> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream") || response.body === null) return response.text();
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const until = performance.now() + FIRST_EVENT_MILLISECONDS;
  while (performance.now() < until && !/^id: .*\n\n/m.test(text)) {
    const left = sleep(until - performance.now(), undefined, { ref: false });
    const next = await Promise.race([reader.read(), left]);
    if (next === undefined || next.done) break;
    text += decoder.decode(next.value as Uint8Array, { stream: true });
  }
  await reader.cancel();
  // What was cut off in the middle of an event says nothing.
  return text.slice(0, text.lastIndexOf("\n\n") + 2);
}

export interface RunOptions {
  readonly requests: number;
  readonly seed: number;
  /** How many are under way at once. */
  readonly concurrency: number;
  /** How many one merchant gets before the next one's turn. */
  readonly perScene: number;
  /** Asked now and then; once it says so, the run ends with what it has. */
  readonly isOver: () => boolean;
  readonly onProgress: (done: number, report: Report) => void;
}

export interface Report {
  readonly sent: number;
  readonly unsendable: number;
  readonly byStatus: ReadonlyMap<number, number>;
  readonly byOperation: ReadonlyMap<string, { readonly asked: number; readonly answered: number }>;
  readonly findings: readonly Finding[];
  readonly damage: readonly unknown[];
}

const AT_ONCE = 500;
/** Of one kind; more of the same would only hide the others. */
const FINDINGS_KEPT = 3;

/** What was complained of, whichever entry of a list it was. */
function kindOf({ complaints: [first = ""] }: Finding): string {
  return first.replaceAll(/\/\d+/g, "/n");
}

function keep(findings: Finding[], found: Finding): void {
  const kind = kindOf(found);
  const alike = findings.filter((finding) => kindOf(finding) === kind);
  if (alike.length < FINDINGS_KEPT) findings.push(found);
}

/** So many requests from one seed: the same seed makes the same requests in the same order. */
export async function run(stage: Stage, options: RunOptions): Promise<Report> {
  const report = {
    sent: 0,
    unsendable: 0,
    byStatus: new Map<number, number>(),
    byOperation: new Map<string, { asked: number; answered: number }>(),
    findings: new Array<Finding>(),
    damage: new Array<unknown>(),
  };
  let scene = await stage.newScene();
  let inScene = 0;
  for (let made = 0, isOver = false; made < options.requests && !isOver; made += AT_ONCE) {
    const numRuns = Math.min(AT_ONCE, options.requests - made);
    const requests = fc.sample(anyRequest, { seed: options.seed + made, numRuns });
    await inParallel(requests, {
      concurrency: options.concurrency,
      work: async (request) => count(request, await trial(request, { app: stage.app, scene })),
    });
    inScene += numRuns;
    isOver = options.isOver();
    if (inScene >= options.perScene || made + numRuns >= options.requests || isOver) {
      report.damage.push(...(await scene.findings()));
      scene = await stage.newScene();
      inScene = 0;
    }
    options.onProgress(made + numRuns, report);
  }
  return report;

  function count({ operation }: Made, { status, finding }: Outcome): void {
    if (finding !== undefined) keep(report.findings, finding);
    if (status === undefined) {
      report.unsendable += 1;
      return;
    }
    report.sent += 1;
    report.byStatus.set(status, (report.byStatus.get(status) ?? 0) + 1);
    const seen = report.byOperation.get(operation) ?? { asked: 0, answered: 0 };
    seen.asked += 1;
    if (status === 200) seen.answered += 1;
    report.byOperation.set(operation, seen);
  }
}

async function inParallel<Item>(
  items: readonly Item[],
  { concurrency, work }: { concurrency: number; work: (item: Item) => Promise<void> },
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
