import {
  type Application,
  type Count,
  type CreateChangesOutput,
  formatQuantity,
  formatTime,
  type Micros,
  Refusal,
} from "@bincard/contracts";
import type { Batch, Standing, Verdict } from "../rules/group.ts";
import { changeOf } from "../rules/recorded.ts";
import type { KeyedRequest } from "../store/append.ts";

/** A batch on its way into the ledger. */
export interface Submission extends KeyedRequest, Batch {
  readonly source: Application;
  /** What it gets unless its key was answered before: a retry may come after its day was over (L6). */
  readonly refusal?: Refusal | undefined;
}

/** A submission and who waits for its answer. */
export interface Waiting {
  readonly submission: Submission;
  readonly resolve: (answer: CreateChangesOutput) => void;
  readonly reject: (reason: unknown) => void;
}

interface Written {
  readonly merchantId: string;
  readonly index: number;
  readonly receivedAt: Micros;
}

/** Tells who waits what has become of the submission, once that is on disk (L7). */
export function answer(
  waiting: Waiting,
  verdict: Verdict,
  { merchantId, index, receivedAt }: Written,
) {
  const { submission, resolve, reject } = waiting;
  if (verdict.kind === "refused") {
    reject(new Refusal(...verdict.failures));
    return;
  }
  const { source } = submission;
  const createdAt = formatTime(receivedAt + index);
  resolve({
    changes: verdict.recorded.map(({ entry, position }) =>
      changeOf(entry, { merchantId, position, createdAt, source }),
    ),
    counts: verdict.standings.map((standing) => countOf(standing, receivedAt)),
    position: verdict.position,
    idempotencyKey: submission.key,
    replayed: false,
  });
}

function countOf({ key, quantity, calculated }: Standing, receivedAt: Micros): Count {
  const at = "as" in calculated ? calculated.as.calculatedAt : receivedAt + calculated.receivedWith;
  return {
    catalogObjectId: key.catalogObjectId,
    catalogObjectType: "ITEM_VARIATION",
    locationId: key.locationId,
    state: key.state,
    quantity: formatQuantity(quantity),
    calculatedAt: formatTime(at),
  };
}
