import { Readable, Writable } from "node:stream";
import { type Io, run as runCli } from "@bincard/cli";
import { openLedger } from "@bincard/core";
import { type Damage, DAMAGES } from "../damage.ts";
import { type Merchant, openMarket } from "../market.ts";
import { RunRecord } from "../run-record.ts";
import { doorsOf, openStage, type Stage } from "../stage.ts";
import { superuser } from "../superuser.ts";
import type { Circumstances, Report, Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

const TABLES = [
  "applications",
  "catalog_objects",
  "changes",
  "counts",
  "idempotency_keys",
  "locations",
  "merchants",
  "tokens",
] as const;
const DRIFT = 7;

/**
 * A sound ledger, and then one damage after the other by hand, each undone before the next: one byte changed,
 * a row dropped, two swapped, in every table. `verify` must name each; the CLI must end with 7.
 */
export const damage: Trial = {
  name: "damage",
  promise: "L8: change one stored row by hand, in any table, and verify names it",
  async run(circumstances) {
    const stage = await openStage({ serverUrl: circumstances.serverUrl });
    try {
      return await run(stage, circumstances);
    } finally {
      await stage.close();
    }
  },
};

async function run(stage: Stage, { random }: Circumstances): Promise<Report> {
  const merchants = await openMarket(stage, { merchants: 2, items: 3, locations: 2 });
  const [merchant] = merchants;
  if (merchant === undefined) throw new Error("no merchant was made");
  const findings: string[] = [];
  for (const [index, each] of merchants.entries()) {
    const record = new RunRecord();
    const workload = new Workload(random.fork(), each);
    const doors = doorsOf({ url: stage.url, token: each.token });
    for (let batch = 0; batch < 12 + index * 5; batch++)
      await record.send(workload.batch(), { doors, random });
    findings.push(...(await record.judge({ url: stage.url, token: each.token })));
  }
  const principal = await asPrincipal(stage, merchant);
  const { sql, close } = superuser(stage.databaseUrl, { sessions: 1 });
  try {
    for (const table of TABLES)
      await sql.unsafe(`create table public.sound_${table} as table bincard.${table}`);
    for (const each of DAMAGES) {
      await each.plant(sql, merchant.id);
      findings.push(...(await judge(each, { stage, principal, merchant })));
      for (const table of TABLES) {
        await sql.unsafe(`delete from bincard.${table}`);
        await sql.unsafe(`insert into bincard.${table} table public.sound_${table}`);
      }
    }
  } finally {
    await close();
  }
  const tables = new Set(DAMAGES.map(({ table }) => table));
  return { figures: { damages: DAMAGES.length, tables: tables.size }, findings };
}

type Principal = Awaited<ReturnType<ReturnType<typeof openLedger>["authenticate"]>>;

/** Authenticated while the tokens are sound, so that damaged ones can be verified. */
async function asPrincipal({ databaseUrl }: Stage, { token }: Merchant): Promise<Principal> {
  const ledger = openLedger({ databaseUrl });
  return ledger.authenticate(token).finally(() => ledger.close());
}

async function judge(
  { table, name, expected }: Damage,
  { stage, principal, merchant }: { stage: Stage; principal: Principal; merchant: Merchant },
): Promise<string[]> {
  const ledger = openLedger({ databaseUrl: stage.databaseUrl });
  const { findings, findingCount } = await ledger.ledger
    .verify(principal, {})
    .finally(() => ledger.close());
  const kinds = findings.map(({ kind }) => kind);
  const wrong: string[] = [];
  if (!expected.some((kind) => kinds.includes(kind)))
    wrong.push(`UNSEEN: ${table}, ${name}: found [${[...new Set(kinds)].join(", ")}]`);
  if (findingCount < findings.length) wrong.push(`COUNT: ${table}, ${name}: ${findingCount}`);
  // Whoever's token or application is damaged is not let in: the CLI says that instead.
  if (table === "tokens" || table === "applications") return wrong;
  const { code, text } = await typeVerify(stage.url, merchant.token);
  if (code !== DRIFT) wrong.push(`EXIT: ${table}, ${name}: the CLI ended with ${code}`);
  const [first] = findings;
  if (first !== undefined && !text.includes(first.kind))
    wrong.push(`EXIT: ${table}, ${name}: the CLI did not print ${first.kind}`);
  return wrong;
}

async function typeVerify(url: string, token: string): Promise<{ code: number; text: string }> {
  let text = "";
  const sink = () =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _, done) {
          text += chunk.toString();
          done();
        },
      }),
      { isTTY: false },
    );
  const io: Io = {
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: sink(),
    env: { BINCARD_URL: url, BINCARD_TOKEN: token, HOME: "/nonexistent" },
    cwd: "/",
    interrupted: new AbortController().signal,
  };
  return { code: await runCli(["verify"], io), text };
}
