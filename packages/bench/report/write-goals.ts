import { allOf, atLeast, atMost, type Finder, type Goal } from "./goals.ts";

/** The goals of the write path, in the order they were set. */
export function writeGoals(found: Finder): Goal[] {
  return [...inProcess(found), ...overHttp(found), ...againstNaive(found)];
}

const BINCARD = "Bincard, in process";

function inProcess(found: Finder): Goal[] {
  const single = found.figures("singles", BINCARD, "");
  const inserts =
    found.figures("singles", "one-row inserts, pgbench") ??
    found.figures("singles", "one-row inserts, driver");
  return [
    {
      work: "batches of 100, in process, 32 clients",
      goal: ">= 0.65 of the raw insert limit per CPU second",
      outcome: atLeast(
        found.figures("batches", BINCARD)?.perCpuSecond,
        found.figures("batches", "raw insert")?.perCpuSecond,
        0.65,
      ),
      how: "`batches`: changes per CPU second of Node and PostgreSQL",
    },
    {
      work: "single sales in process, one merchant, 32 in flight",
      goal: ">= 1.1 x one-row inserts of the same row at 32 clients",
      outcome: atLeast(single?.perSecond, inserts?.perSecond, 1.1),
      how: "`singles`: changes a second",
    },
    {
      work: "the same over 20 quiet merchants",
      goal: ">= 0.7 of one merchant's",
      outcome: atLeast(
        found.figures("singles", BINCARD, "20 merchants")?.perSecond,
        single?.perSecond,
        0.7,
      ),
      how: "`singles`: changes a second",
    },
    {
      work: "one hot item",
      goal: "not slower than uniform keys",
      outcome: allOf({
        "single sales": hot(found, "single sales"),
        "batches of 100": hot(found, "batches of 100"),
      }),
      how: "`skew`: changes a second, one item against a thousand",
    },
    {
      work: "idle cost",
      goal: "p50 of a lone request <= 1.15 x the ungrouped path",
      outcome: atMost(
        found.figures("idle", BINCARD)?.p50,
        found.figures("idle", "Bincard, ungrouped")?.p50,
        1.15,
      ),
      how: "`idle`: p50 with grouping, and with groups of one request",
    },
  ];
}

function hot(found: Finder, what: string) {
  const rate = (keys: string) => found.figures("skew", BINCARD, `${what}, ${keys}`)?.perSecond;
  return atLeast(rate("one hot item"), rate("uniform over 1,000"), 1);
}

function overHttp(found: Finder): Goal[] {
  const single = (contender: string) => found.figures("http-singles", contender)?.perSecond;
  const batch = (contender: string) => found.figures("http-batches", contender)?.perCpuSecond;
  const raw = batch("raw insert");
  return [
    {
      work: "batches of 100, over HTTP, 32 clients",
      goal: ">= 0.50 of the raw insert limit per CPU second",
      outcome: allOf({
        tRPC: atLeast(batch("Bincard, tRPC"), raw, 0.5),
        Square: atLeast(batch("Bincard, Square door"), raw, 0.5),
      }),
      how: "`http-batches`: changes per CPU second of the server and PostgreSQL; the sender's CPU is told apart",
    },
    {
      work: "single sales over HTTP, 32 clients",
      goal: ">= 0.75 of the same HTTP stack with the ledger stubbed",
      outcome: allOf({
        tRPC: atLeast(single("Bincard, tRPC"), single("ledger stubbed, tRPC"), 0.75),
        Square: atLeast(
          single("Bincard, Square door"),
          single("ledger stubbed, Square door"),
          0.75,
        ),
      }),
      how: "`http-singles`: changes a second",
    },
    {
      work: "that stack itself",
      goal: ">= 0.5 of bare node:http",
      outcome: allOf({
        tRPC: atLeast(single("ledger stubbed, tRPC"), single("bare node:http, body read"), 0.5),
        Square: atLeast(
          single("ledger stubbed, Square door"),
          single("bare node:http, body read"),
          0.5,
        ),
      }),
      how: "`http-singles`: changes a second; bare node:http reads the body and answers a fixed JSON",
    },
  ];
}

function againstNaive(found: Finder): Goal[] {
  const pair = (name: string, ours: string, theirs: string, factor: number) => {
    const [one, other] = [found.figures(name, ours, ""), found.figures(name, theirs, "")];
    return {
      speed: atLeast(one?.perSecond, other?.perSecond, factor),
      p99: atMost(one?.p99, other?.p99, 1),
    };
  };
  const naive = "naive Drizzle, in process";
  const naiveHttp = "naive tRPC + Drizzle";
  const goal = (what: string, factor: number, name: string): Goal => {
    const inside = pair(name, BINCARD, naive, factor);
    const outside = pair(`http-${name}`, "Bincard, tRPC", naiveHttp, factor);
    return {
      work: `against the naive version, ${what}`,
      goal: `>= ${factor} x, p99 no worse`,
      outcome: allOf({
        "in process": inside.speed,
        p99: inside.p99,
        "over HTTP": outside.speed,
        "p99 there": outside.p99,
      }),
      how: `\`${name}\` and \`http-${name}\`: changes a second, and p99 of a request`,
    };
  };
  return [goal("batches of 100", 20, "batches"), goal("single sales", 6, "singles")];
}
