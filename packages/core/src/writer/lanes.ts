import type { CreateChangesOutput } from "@bincard/contracts";
import { Lane, type LaneConnections, type Replay, type Submission } from "./lane.ts";

/** Lanes kept for merchants that are not writing just now, so that their counts stay cached. */
const IDLE_LANES = 256;

/** A lane for each merchant that writes through this server. */
export class Lanes {
  readonly #through: LaneConnections;
  readonly #replayFor: (merchantId: string) => Replay;
  readonly #lanes = new Map<string, Lane>();

  constructor(through: LaneConnections, replayFor: (merchantId: string) => Replay) {
    this.#through = through;
    this.#replayFor = replayFor;
  }

  submit(merchantId: string, submission: Submission): Promise<CreateChangesOutput> {
    const lane =
      this.#lanes.get(merchantId) ??
      new Lane(merchantId, this.#through, this.#replayFor(merchantId));
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
