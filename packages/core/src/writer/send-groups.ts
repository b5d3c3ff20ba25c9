import type { Micros } from "@bincard/contracts";
import { append, type Group } from "../store/append.ts";
import type { Statement } from "../store/connect.ts";
import type { Telemetry } from "../telemetry.ts";

/** `append`, with those told who listen. */
export async function sendGroups(
  sql: Statement,
  groups: readonly Group[],
  telemetry: Telemetry | undefined,
): Promise<(Micros | undefined)[]> {
  if (telemetry === undefined) return append(sql, groups);
  const sum = (of: (group: Group) => number) => groups.reduce((total, each) => total + of(each), 0);
  const sent = telemetry.groupSent({
    merchants: groups.length,
    requests: sum(({ requests }) => requests.length),
    changes: sum(({ fence, judged }) => judged.position - fence.position),
  });
  try {
    const receivedAt = await append(sql, groups);
    telemetry.groupSettled(sent, receivedAt.includes(undefined) ? "missed" : "written");
    return receivedAt;
  } catch (error) {
    telemetry.groupSettled(sent, "failed");
    throw error;
  }
}
