import { Session } from "node:inspector/promises";

/** A part of the store that speaks SQL and did not run. */
export interface Unseen {
  readonly file: string;
  readonly name: string;
  /** The beginning of what did not run, on one line. */
  readonly text: string;
}

const STORE = "/packages/core/src/store/";
const SPEAKS_SQL = /\bsql(?:<[^`]*>)?`|\.(?:select|insert|update|delete|execute|unsafe)\s*\(/;

/** Watches which parts of the store run. To be begun before the store is imported. */
export async function watchStore(): Promise<{ unseen(): Promise<Unseen[]> }> {
  const session = new Session();
  session.connect();
  await session.post("Debugger.enable");
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return {
    async unseen() {
      const { result } = await session.post("Profiler.takePreciseCoverage");
      const found: Unseen[] = [];
      for (const { url, scriptId, functions } of result) {
        if (!url.includes(STORE)) continue;
        const { scriptSource } = await session.post("Debugger.getScriptSource", { scriptId });
        for (const { functionName, ranges } of functions)
          for (const { count, startOffset, endOffset } of ranges) {
            const text = scriptSource.slice(startOffset, endOffset);
            if (count > 0 || !SPEAKS_SQL.test(text)) continue;
            const file = url.slice(url.indexOf(STORE) + 1).replace(/\?.*$/, "");
            const shown = text.replace(/\s+/g, " ").slice(0, 60);
            found.push({ file, name: functionName || "(module)", text: shown });
          }
      }
      session.disconnect();
      return found;
    },
  };
}
