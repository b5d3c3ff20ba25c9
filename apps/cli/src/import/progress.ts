import type { Io } from "../io.ts";

export interface Progress {
  readonly to: (rows: number) => void;
  readonly end: () => void;
}

const WIDTH = 24;
const EVERY_MS = 100;

/**
 * A bar on stderr while it is a terminal, nothing otherwise. Ours, because the prompt library's bar takes
 * the keyboard and turns Ctrl-C into an exit in the middle of a batch.
 */
export function progressBar({ stderr }: Io, total: number, what = "rows"): Progress {
  if (stderr.isTTY !== true || total === 0) return { to: () => undefined, end: () => undefined };
  const began = performance.now();
  let drawn = -Infinity;
  return {
    to(rows) {
      const now = performance.now();
      if (now - drawn < EVERY_MS && rows < total) return;
      drawn = now;
      stderr.write(`\r\u001b[2K${barText({ rows, total, what, seconds: (now - began) / 1_000 })}`);
    },
    end: () => void stderr.write("\r\u001b[2K"),
  };
}

/** Says on a terminal what takes its time; answers how to take it back. */
export function saying({ stderr }: Io, text: string): () => void {
  if (stderr.isTTY !== true) return () => undefined;
  stderr.write(`\r\u001b[2K${text} …`);
  return () => void stderr.write("\r\u001b[2K");
}

export function barText(at: {
  rows: number;
  total: number;
  what: string;
  seconds: number;
}): string {
  const { rows, total, what, seconds } = at;
  const full = Math.round((WIDTH * rows) / total);
  const rate = seconds > 0 ? rows / seconds : 0;
  const left = rate > 0 ? `, ${Math.ceil((total - rows) / rate)} s left` : "";
  const bar = "#".repeat(full) + "-".repeat(WIDTH - full);
  return `[${bar}] ${rows} of ${total} ${what}, ${Math.round(rate)}/s${left}`;
}
