import { readFileSync } from "node:fs";
import { LIMITS } from "@bincard/contracts";
import { code, page, table } from "./markdown.ts";

const SOURCE = new URL("../../packages/contracts/src/limits.ts", import.meta.url);
const ENTRY = /^ {2}(?:\/\*\* (.+) \*\/\n {2})?(\w+):/gm;

/** Every bound with the comment that stands above it. */
export function limitsPage(): string {
  const said = new Map(
    [...readFileSync(SOURCE, "utf8").matchAll(ENTRY)].map((match) => [match[2], match[1] ?? ""]),
  );
  const rows = Object.entries(LIMITS).map(([name, value]) => [
    code(name),
    value.toLocaleString("en-US"),
    said.get(name) ?? "",
  ]);
  const body = `The unit is in the name. A limit that is not in this table does not exist.\n\n${table(["limit", "value", "what it bounds"], rows)}`;
  return page("Limits", { from: code("packages/contracts/src/limits.ts"), body });
}
