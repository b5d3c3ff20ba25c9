import { count, milliseconds } from "./columns.ts";
import { allOf, type Finder, type Goal, type Outcome, worstOf } from "./goals.ts";

/** The goals of reads, late changes and verification. */
export function readGoals(found: Finder): Goal[] {
  const keyed = ["one count, tRPC", "one count, Square door"].flatMap((name) =>
    sizes(found, "reads", name).map(({ setting, p50 }) => {
      const floor = found.figures("reads", name.replace("one count", "select 1"))?.p50;
      return [`${name}, ${setting}`, p50, floor] as const;
    }),
  );
  return [
    {
      work: "reads by key",
      goal: "p50 <= 3 x `select 1` through the same HTTP stack",
      outcome: worstOf(keyed, 3),
      how: "`reads`: p50, one request at a time, at each size",
    },
    {
      work: "page 1,000 of any listing",
      goal: "<= 1.25 x page 1",
      outcome: worstOf(deepPages(found), 1.25),
      how: "`pages`: p50 in process",
    },
    {
      work: "any read at 10 M changes",
      goal: "<= 1.25 x the same read at 1 M",
      outcome: worstOf([...larger(found, "pages"), ...larger(found, "reads")], 1.25),
      how: "`pages` and `reads`: p50",
    },
    {
      work: "a late change, on a key with 100,000 later ones",
      goal: "<= 1.5 x a fresh one",
      outcome: worstOf(
        sizes(found, "late", "a late change").map(({ setting, p50 }) => [
          setting,
          p50,
          found.figures("late", "a fresh change", setting)?.p50,
        ]),
        1.5,
      ),
      how: "`late`: p50",
    },
    {
      work: "a late physical count",
      goal: "<= 5 ms + the moves after it",
      outcome: lateCounts(found),
      how: "`late`: p50, against PostgreSQL adding up the same moves",
    },
    {
      work: "`verify`",
      goal: ">= 350,000 changes/s, in bounded memory, while writes go on",
      outcome: verified(found),
      how: "`verify`: changes a second while writes go on, and the memory of its process",
    },
  ];
}

/** A contender of a case at each of its settings. */
function sizes(found: Finder, name: string, contender: string) {
  return found
    .rows(name)
    .filter((row) => row.contender === contender)
    .map(({ setting }) => ({ setting, p50: found.figures(name, contender, setting)?.p50 }));
}

function deepPages(found: Finder) {
  return found
    .rows("pages")
    .filter(({ setting }) => setting.startsWith("page 1,000"))
    .map(({ contender, setting }) => {
      const first = setting.replace("page 1,000", "page 1");
      const p50 = (which: string) => found.figures("pages", contender, which)?.p50;
      return [`${contender}, ${setting}`, p50(setting), p50(first)] as const;
    });
}

function larger(found: Finder, name: string) {
  return found
    .rows(name)
    .filter(({ setting }) => /\b10 M/.test(setting))
    .map(({ contender, setting }) => {
      const p50 = (which: string) => found.figures(name, contender, which)?.p50;
      const small = setting.replace("10 M", "1 M");
      return [`${contender}, ${setting}`, p50(setting), p50(small)] as const;
    });
}

function lateCounts(found: Finder): Outcome | undefined {
  const outcomes = sizes(found, "late", "a late physical count").map(({ setting, p50 }) => {
    const moves = found.figures("late", "adding up the later moves", setting)?.p50;
    if (p50 === undefined || moves === undefined) return [setting, undefined] as const;
    const figure = `${milliseconds(p50)} ms, of which the moves ${milliseconds(moves)} ms`;
    return [setting, { figure, met: p50 <= 5 + moves }] as const;
  });
  return allOf(Object.fromEntries(outcomes));
}

function verified(found: Finder): Outcome | undefined {
  const rows = found.rows("verify").filter(({ setting }) => setting.endsWith("writes go on"));
  const outcomes = rows.map(({ contender, setting }) => {
    const { perSecond = 0, nodeBytes } = found.figures("verify", contender, setting) ?? {};
    const memory =
      nodeBytes === undefined ? "" : `, ${count(nodeBytes / 1_024 / 1_024)} MiB of Node`;
    const figure = `${count(perSecond)} changes/s${memory}`;
    return [setting.replace(", while writes go on", ":"), { figure, met: perSecond >= 350_000 }];
  });
  return allOf(Object.fromEntries(outcomes) as Record<string, Outcome>);
}
