/** A fault put into the write path by hand, and the trial that must not pass with it. */
export interface Planted {
  readonly name: string;
  /** From the root of the tree. */
  readonly file: string;
  /** Occurs there exactly once. */
  readonly from: string;
  readonly to: string;
  readonly trial: string;
}

const RULES = "packages/core/src/rules";
const STORE = "packages/core/src/store";
const WRITER = "packages/core/src/writer";

export const PLANTED: readonly Planted[] = [
  {
    name: "the fence lets a group in that was judged at another position",
    file: `${STORE}/append.ts`,
    from: 'where m.position = ${FENCES.cell("position")}',
    to: "where true",
    trial: "contention",
  },
  {
    name: "an idempotency key that is there already is passed over",
    file: `${STORE}/append.ts`,
    from: 'from fence join ${KEYS.source} on ${KEYS.cell("lane")} = fence.lane',
    to: 'from fence join ${KEYS.source} on ${KEYS.cell("lane")} = fence.lane on conflict do nothing',
    trial: "contention",
  },
  {
    name: "a lane that catches up keeps the counts it remembers",
    file: `${WRITER}/knowledge.ts`,
    from: "if (before.position !== now.position) await this.#catchUpCounts(",
    to: "if (before.position > now.position) await this.#catchUpCounts(",
    trial: "two servers",
  },
  {
    name: "a batch is taken though one of its changes is at fault",
    file: `${RULES}/group.ts`,
    from: "if (first !== undefined)\n    return",
    to: "if (first !== undefined && batch.entries.length === 1)\n    return",
    trial: "laws",
  },
  {
    name: "an adjustment from before the governing count moves it",
    file: `${RULES}/post.ts`,
    from: "if (occurredAt < tally.countedAt) return tally;\n  return {\n    quantity: tally.quantity + quantity,",
    to: "return {\n    quantity: tally.quantity + quantity,",
    trial: "laws",
  },
  {
    name: "a commit is acknowledged before it is on disk",
    file: `${STORE}/connect.ts`,
    from: 'application_name: "bincard",',
    to: 'application_name: "bincard", synchronous_commit: "off",',
    trial: "kills",
  },
  {
    name: "the receipt time of a group may stand still",
    file: `${STORE}/append.ts`,
    from: "greatest(clock_timestamp(), m.received_at + interval '1 microsecond')",
    to: "greatest(date_trunc('second', clock_timestamp()), m.received_at)",
    trial: "contention",
  },
];
