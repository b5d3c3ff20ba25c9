import type { Given, Operation, operations, Principal } from "@bincard/contracts";
import { type OpenLedger, openLedger } from "@bincard/core";
import { historiesOf, inWords } from "../data/histories.ts";
import { EVERYWHERE, type History, HOT, LOCATIONS } from "../data/history.ts";
import { drive } from "../drive.ts";
import type { Contender } from "../measure.ts";
import type { Case } from "./case.ts";

const LIMIT = 10;
const DEEP = LOCATIONS / LIMIT;

/** One page of one listing, and the cursor of the next. */
type Page = (cursor: string | undefined) => Promise<{ readonly cursor?: string | undefined }>;
type Rooms = typeof operations;
type ListOf<Op extends Operation> = Omit<Given<Op>, "limit" | "cursor">;

/** Every listing there is, each over at least a thousand pages of ten. */
function listings(ledger: OpenLedger, principal: Principal): Record<string, Page> {
  const at = (cursor: string | undefined) => ({ cursor, limit: LIMIT });
  const changes =
    (order: "ASC" | "DESC", more: ListOf<Rooms["changes"]["list"]> = {}): Page =>
    async (cursor) =>
      ledger.changes.list(principal, { ...more, order, ...at(cursor) });
  return {
    "changes.list, oldest first": changes("ASC"),
    "changes.list, newest first": changes("DESC"),
    "changes.ofObject": async (cursor) =>
      ledger.changes.ofObject(principal, { catalogObjectId: HOT, ...at(cursor) }),
    "counts.list": async (cursor) => ledger.counts.list(principal, at(cursor)),
    "counts.ofObject": async (cursor) =>
      ledger.counts.ofObject(principal, { catalogObjectId: EVERYWHERE, ...at(cursor) }),
    "catalog.list": async (cursor) =>
      ledger.catalog.list(principal, {
        types: ["ITEM_VARIATION"],
        includeDeleted: false,
        ...at(cursor),
      }),
    "locations.list": async (cursor) => ledger.locations.list(principal, at(cursor)),
    "tokens.list": async (cursor) => ledger.tokens.list(principal, at(cursor)),
    "merchants.list": async (cursor) => ledger.merchants.list(principal, at(cursor)),
  };
}

/** What a client asks that keeps a copy up to date: what has changed in the last while. */
function syncs(ledger: OpenLedger, principal: Principal, updatedAfter: string) {
  const limit = 1_000;
  return {
    "counts.list, updatedAfter": async () => ledger.counts.list(principal, { updatedAfter, limit }),
    "changes.list, updatedAfter": async () =>
      ledger.changes.list(principal, { updatedAfter, limit, order: "ASC" }),
  };
}

export const pages: Case = {
  name: "pages",
  title: "Listings, page 1 and page 1,000",
  about:
    "In process, one request at a time, ten rows a page, pages reached by their cursors. A synchronisation asks for the " +
    "thousand rows that changed last.",
  unit: "requests",
  quick: false,
  async run(bench, note) {
    const contenders: Contender[] = [];
    for (const history of await historiesOf(bench)) {
      note(`${inWords(history.changes)} were made in ${history.loadSeconds.toFixed(0)} s.`);
      const ledger = openLedger({ databaseUrl: history.databaseUrl });
      bench.keep({ stop: () => ledger.close() });
      contenders.push(...(await pagesOf(ledger, history)));
    }
    const seconds = Math.min(bench.options.seconds, 0.5);
    return bench.inTurns(contenders, { seconds, warmUpSeconds: 0.2 });
  },
};

async function pagesOf(ledger: OpenLedger, history: History): Promise<Contender[]> {
  const principal = await ledger.authenticate(history.merchants[0]?.token ?? "");
  const size = inWords(history.changes);
  const contenders: Contender[] = [];
  for (const [name, page] of Object.entries(listings(ledger, principal))) {
    const cursor = await walk(page);
    contenders.push(asked(name, `page 1, ${size}`, async () => page(undefined)));
    contenders.push(asked(name, `page 1,000, ${size}`, async () => page(cursor)));
  }
  const since = await thousandAgo(ledger, principal);
  for (const [name, sync] of Object.entries(syncs(ledger, principal, since)))
    contenders.push(asked(name, size, sync));
  return contenders;
}

function asked(name: string, setting: string, ask: () => Promise<unknown>): Contender {
  const once = async () => {
    await ask();
    return 0;
  };
  const run = async (seconds: number) => drive({ clients: 1, seconds }, once);
  return { name, setting, run, pids: [process.pid] };
}

/** The cursor that page 1,000 begins with. */
async function walk(page: Page): Promise<string> {
  let cursor: string | undefined;
  for (let read = 1; read < DEEP; read++) {
    ({ cursor } = await page(cursor));
    if (cursor === undefined) throw new Error(`a listing ended on page ${read}`);
  }
  return cursor ?? "";
}

/** When the thousandth newest change was received. */
async function thousandAgo(ledger: OpenLedger, principal: Principal): Promise<string> {
  const { changes } = await ledger.changes.list(principal, { order: "DESC", limit: 1_000 });
  return changes.at(-1)?.createdAt ?? "";
}
