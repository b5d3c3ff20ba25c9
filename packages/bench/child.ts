import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of the bench: asked over its channel, one question at a time, and ended by closing it. */
export interface Child<Question extends object, Answer> {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: unknown;
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

interface Reply {
  readonly answer?: unknown;
  readonly error?: string;
}

/** Starts `processes/<name>.ts` with its settings and waits until it is ready. */
export async function startChild<Question extends object, Answer>(
  name: string,
  settings: object,
): Promise<Child<Question, Answer>> {
  const path = fileURLToPath(new URL(`./processes/${name}.ts`, import.meta.url));
  const process = fork(path, [JSON.stringify(settings)], { execArgv: ["--import", "tsx"] });
  const first = await reply(process, name);
  return {
    pid: process.pid ?? 0,
    ready: first,
    async ask(question) {
      const answered = reply(process, name);
      process.send(question);
      return (await answered) as Answer;
    },
    async stop() {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const ended = once(process, "exit");
      process.disconnect();
      await ended;
    },
  };
}

async function reply(process: ChildProcess, name: string): Promise<unknown> {
  const gone = new AbortController();
  const { signal } = gone;
  try {
    const ended = once(process, "exit", { signal }).then(() => {
      throw new Error(`the bench's process ${name} ended by itself`);
    });
    const said = once(process, "message", { signal });
    const [message] = (await Promise.race([said, ended])) as [Reply];
    if (message.error !== undefined) throw new Error(`${name}: ${message.error}`);
    return message.answer;
  } finally {
    gone.abort();
  }
}
