import type { Readable, Writable } from "node:stream";
import type { Fetch } from "@bincard/client";

export type Source = Readable & { readonly isTTY?: boolean };
export type Sink = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything the CLI touches of the process it runs in, so that a test can be that process. */
export interface Io {
  readonly stdin: Source;
  /** Data, and nothing but data. */
  readonly stdout: Sink;
  /** Notes, progress, refusals. */
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative file names start. */
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly fetch?: Fetch;
  /** Shows an address in a browser; left out where there is none to see it. */
  readonly openPage?: (url: string) => Promise<void>;
}

/** Resolves once the text is taken: a slow reader of a long listing slows the listing. */
export function write(sink: Sink, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** All of stdin as text. */
export async function readAll(source: Source): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source as AsyncIterable<Buffer | string>)
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString("utf8");
}
