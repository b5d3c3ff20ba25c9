import type { CreateChangesOutput } from "@bincard/contracts";
import type { Sql } from "../store/connect.ts";
import { Lane, type Replay, type Submission } from "./lane.ts";

/** Lanes kept for merchants that are not writing just now, so that their counts stay cached. */
const IDLE_LANES = 256;

/** A lane for each merchant that writes through this server. */
export class Lanes {
  readonly #sql: Sql;
  readonly #replayFor: (merchantId: string) => Replay;
  readonly #lanes = new Map<string, Lane>();

  constructor(sql: Sql, replayFor: (merchantId: string) => Replay) {
    this.#sql = sql;
    this.#replayFor = replayFor;
  }

  submit(merchantId: string, submission: Submission): Promise<CreateChangesOutput> {
    const lane =
      this.#lanes.get(merchantId) ?? new Lane(merchantId, this.#sql, this.#replayFor(merchantId));
    // Set again, so that the map's order is the order of use.
    this.#lanes.delete(merchantId);
    this.#lanes.set(merchantId, lane);
    this.#dropLeastUsed();
    return lane.submit(submission);
  }

  #dropLeastUsed(): void {
    if (this.#lanes.size <= IDLE_LANES) return;
    for (const [merchantId, lane] of this.#lanes) {
      if (!lane.isIdle) continue;
      this.#lanes.delete(merchantId);
      return;
    }
  }
}
