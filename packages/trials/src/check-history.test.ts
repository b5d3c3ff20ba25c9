import { expect, test } from "vitest";
import { checkHistory } from "./check-history.ts";
import type { Acknowledged, Batch, History, LoggedChange, SentChange, Write } from "./history.ts";

const SHELF = { location: "SHOP", state: "IN_STOCK" };
const KEY = "TEA SHOP IN_STOCK";
const minute = (at: number) => `2026-11-20T10:${String(at).padStart(2, "0")}:00Z`;

const received = (tag: string, quantity: string, at: number): SentChange => ({
  tag,
  kind: "adjustment",
  item: "TEA",
  from: { location: "SHOP", state: "NONE" },
  to: SHELF,
  quantity,
  occurredAt: minute(at),
});
const counted = (tag: string, quantity: string, at: number): SentChange => ({
  ...received(tag, quantity, at),
  kind: "count",
  from: undefined,
});
const batch = (key: string, ...changes: SentChange[]): Batch => ({
  key,
  changes,
  ignoreUnchanged: true,
});
const logged = (change: SentChange, position: number, second: number): LoggedChange => ({
  ...change,
  position,
  createdAt: `2026-11-20T12:00:${String(second).padStart(2, "0")}.5Z`,
});
const acknowledged = (recorded: string[], quantity: string, position: number): Acknowledged => ({
  kind: "acknowledged",
  recorded,
  counts: [{ key: KEY, quantity }],
  position,
  replayed: false,
});

const [a, b1, b2, c] = [
  received("a", "10", 1),
  received("b1", "5", 3),
  counted("b2", "8", 2),
  counted("c", "13", 4),
];

/** Three batches one after the other; the last changes nothing and is not recorded. */
function sound(): { writes: Write[]; log: LoggedChange[] } & History {
  return {
    writes: [
      {
        batch: batch("A", a),
        sentAt: 0,
        answeredAt: 1,
        outcome: acknowledged(["a"], "10", 1),
      },
      {
        batch: batch("B", b1, b2),
        sentAt: 2,
        answeredAt: 3,
        outcome: acknowledged(["b1", "b2"], "13", 3),
      },
      { batch: batch("C", c), sentAt: 4, answeredAt: 5, outcome: acknowledged([], "13", 3) },
    ],
    reads: [{ sentAt: 1.5, answeredAt: 2.5, key: KEY, quantity: "13" }],
    log: [logged(a, 1, 1), logged(b1, 2, 2), logged(b2, 3, 2)],
    counts: [{ key: KEY, quantity: "13" }],
  };
}

/** What the checker calls each violation. */
const kinds = (history: History) => [
  ...new Set(checkHistory(history).map((violation) => violation.replace(/:.*/, ""))),
];

test("a sound history has no violation", () => {
  expect(checkHistory(sound())).toEqual([]);
});

test("an unanswered batch may be there whole, or not at all", () => {
  const history = sound();
  history.writes[1] = { ...history.writes[1]!, outcome: { kind: "unknown" } };
  expect(checkHistory(history)).toEqual([]);
  const without = {
    ...history,
    log: history.log.slice(0, 1),
    counts: [{ key: KEY, quantity: "10" }],
  };
  // Neither the read of 13 nor the third batch's answer can be explained without it.
  expect(kinds(without)).toEqual(["READ"]);
});

const PLANTED: readonly [string, (history: ReturnType<typeof sound>) => History, string[]][] = [
  [
    "an acknowledged batch lost",
    (h) => ({ ...h, log: h.log.slice(0, 1) }),
    ["LOST", "COUNT", "READ"],
  ],
  ["half a batch lost", (h) => ({ ...h, log: h.log.slice(0, 2) }), ["LOST", "TORN", "ANSWER"]],
  ["a change doubled", (h) => ({ ...h, log: [...h.log, logged(a, 4, 4)] }), ["DOUBLED"]],
  [
    "a gap",
    (h) => ({
      ...h,
      log: [h.log[0]!, ...h.log.slice(1).map((l) => ({ ...l, position: l.position + 1 }))],
    }),
    ["GAP", "ANSWER"],
  ],
  [
    "a change nobody sent",
    (h) => ({ ...h, log: [...h.log, logged(received("x", "1", 1), 4, 4)] }),
    ["UNSENT"],
  ],
  [
    "a quantity altered",
    (h) => ({ ...h, log: h.log.with(0, { ...h.log[0]!, quantity: "11" }) }),
    ["ALTERED"],
  ],
  [
    "a refused batch applied",
    (h) => ({
      ...h,
      writes: h.writes.with(0, {
        ...h.writes[0]!,
        outcome: { kind: "refused", code: "NOT_FOUND" },
      }),
    }),
    ["APPLIED"],
  ],
  [
    "order against real time",
    (h) => ({ ...h, writes: h.writes.with(0, { ...h.writes[0]!, sentAt: 3.5, answeredAt: 3.7 }) }),
    ["ORDER"],
  ],
  [
    "a receipt that goes back",
    (h) => ({ ...h, log: h.log.with(0, { ...h.log[0]!, createdAt: "2026-11-20T12:00:03Z" }) }),
    ["RECEIPT"],
  ],
  [
    "one receipt for two batches",
    (h) => ({ ...h, log: h.log.with(0, { ...h.log[0]!, createdAt: h.log[1]!.createdAt }) }),
    ["RECEIPT"],
  ],
  [
    "an answer that no moment gives",
    (h) => ({
      ...h,
      writes: h.writes.with(1, { ...h.writes[1]!, outcome: acknowledged(["b1", "b2"], "15", 3) }),
    }),
    ["ANSWER"],
  ],
  [
    "a stale read",
    (h) => ({ ...h, reads: [{ sentAt: 3.5, answeredAt: 4, key: KEY, quantity: "10" }] }),
    ["READ"],
  ],
  [
    "a read of what was not sent yet",
    (h) => ({ ...h, reads: [{ sentAt: 0.5, answeredAt: 1.5, key: KEY, quantity: "13" }] }),
    ["READ"],
  ],
  ["a lost update", (h) => ({ ...h, counts: [{ key: KEY, quantity: "8" }] }), ["COUNT"]],
  [
    "a count of nothing",
    (h) => ({ ...h, counts: [...h.counts, { key: "x", quantity: "1" }] }),
    ["COUNT"],
  ],
];

test.each(PLANTED)("%s is named", (_, plant, expected) => {
  expect(kinds(plant(sound()))).toEqual(expect.arrayContaining(expected));
});
