/** The embedded PostgreSQL could not be started; the message is one sentence for the person at the terminal. */
export class PostgresNotStarted extends Error {
  override readonly name = "PostgresNotStarted";
}

/** The last thing PostgreSQL said that explains an exit, without timestamps and process ids. */
export function reasonIn(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const at = lines.findLastIndex((line) => /\b(?:FATAL|PANIC|error):/.test(line));
  const fault = (at === -1 ? lines.at(-1) : lines[at]) ?? "no reason given";
  const detail = lines[at + 1]?.match(/\bDETAIL:\s*(.*?)\.?$/)?.[1];
  const reason = fault.replace(/^.*?\b(?:FATAL|PANIC|error):\s*/, "").trim();
  return detail === undefined ? reason : `${reason} (${detail})`;
}
