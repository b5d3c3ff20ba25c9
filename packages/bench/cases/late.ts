import { randomUUID } from "node:crypto";
import { operations, parseOrRefuse, type Principal } from "@bincard/contracts";
import { type OpenLedger, openLedger } from "@bincard/core";
import postgres from "postgres";
import { historiesOf, inWords } from "../data/histories.ts";
import { type History, HOT, locationOf } from "../data/history.ts";
import { drive } from "../drive.ts";
import type { Contender } from "../measure.ts";
import type { Case } from "./case.ts";

interface Key {
  readonly ledger: OpenLedger;
  readonly principal: Principal;
  readonly history: History;
  /** When the key's first change occurred, in milliseconds since 1970. */
  readonly began: number;
}

const SIDES = { type: "ADJUSTMENT", fromState: "NONE", toState: "IN_STOCK", quantity: "1" };

/** Before the key's first change: late enough to have all of its changes after it. */
const LATE = 60_000;

export const late: Case = {
  name: "late",
  title: "Late changes",
  about:
    "In process, one request at a time, on a key that has a tenth of all changes. A late change occurred before all of them; " +
    "a late physical count is taken as of that time, so everything since is added to it. What PostgreSQL needs to add up " +
    "just those moves is shown beside it.",
  unit: "requests",
  quick: false,
  async run(bench, note) {
    const contenders: Contender[] = [];
    for (const history of await historiesOf(bench)) {
      const key = await openKey(history);
      bench.keep({ stop: () => key.ledger.close() });
      note(
        `${inWords(history.changes)}: ${(history.changes / 10).toLocaleString("en-US")} on the key.`,
      );
      const sql = postgres(history.databaseUrl, { max: 1, onnotice: () => undefined });
      bench.keep({ stop: () => sql.end() });
      contenders.push(
        asked("a fresh change", key, async () => change(key, Date.now())),
        asked("a late change", key, async () => change(key, key.began - LATE)),
        asked("adding up the later moves", key, async () => addUp(sql, history)),
        asked("a late physical count", key, lateCount(key)),
      );
    }
    return bench.inTurns(contenders, { seconds: Math.min(bench.options.seconds, 1) });
  },
};

async function openKey(history: History): Promise<Key> {
  const ledger = openLedger({ databaseUrl: history.databaseUrl });
  const principal = await ledger.authenticate(history.merchants[0]?.token ?? "");
  const { changes } = await ledger.changes.list(principal, { order: "ASC", limit: 1 });
  return { ledger, principal, history, began: Date.parse(changes[0]?.occurredAt ?? "") };
}

function asked(name: string, { history }: Key, ask: () => Promise<unknown>): Contender {
  const once = async () => {
    await ask();
    return 1;
  };
  const run = async (seconds: number) => drive({ clients: 1, seconds }, once);
  return { name, setting: inWords(history.changes), run, pids: [process.pid] };
}

async function change(key: Key, at: number): Promise<unknown> {
  return record(key, { ...SIDES, occurredAt: new Date(at).toISOString() });
}

/** Each one a little later than the one before and of another quantity, or it would be history, or ignored. */
function lateCount(key: Key): () => Promise<unknown> {
  let counted = 0;
  return async () => {
    counted += 1;
    const occurredAt = new Date(key.began - LATE + counted).toISOString();
    const quantity = String(1_000 + counted);
    return record(key, { type: "PHYSICAL_COUNT", state: "IN_STOCK", quantity, occurredAt });
  };
}

async function record({ ledger, principal }: Key, said: object): Promise<unknown> {
  const input = parseOrRefuse(operations.changes.create.input, {
    idempotencyKey: randomUUID(),
    changes: [{ ...said, catalogObjectId: HOT, locationId: locationOf(0) }],
  });
  return ledger.changes.create(principal, input);
}

/** The least that a late count needs from PostgreSQL: the moves of its key since then, summed. */
async function addUp(sql: postgres.Sql, { merchants }: History): Promise<unknown> {
  return sql`
    select sum(case when to_state = 'IN_STOCK' then quantity else -quantity end)
    from bincard.changes
    where merchant_id = ${merchants[0]?.id ?? ""} and catalog_object_id = ${HOT}
      and location_id = ${locationOf(0)} and occurred_at > now() - interval '1 day'
      and type <> 'PHYSICAL_COUNT'`;
}
