import type { Change, Micros } from "@bincard/contracts";
import { cutPage, keysOf } from "../rules/feed-page.ts";
import { positionAt, readChanges } from "./changes.ts";
import type { Sql, Statement } from "./connect.ts";
import { type CountRow, readCounts, readMerchant, storedCount, type StoredCount } from "./known.ts";
import { instantOf } from "./time.ts";

export interface StoredPage {
  readonly changes: readonly Change[];
  /** Of every tracked key the changes name. */
  readonly counts: readonly StoredCount[];
  /** The merchant's position when all of this was read. */
  readonly head: number;
  /** Whether there was more than a page holds. */
  readonly isCut: boolean;
  /** Only where it was asked for, and nothing was left to read. */
  readonly standing?: Standing;
}

/** What all counts of a merchant come to. */
export interface Standing {
  readonly counts: number;
  readonly checksum: string;
}

export interface AskedPage {
  readonly after: number;
  readonly limit: number;
  readonly withStanding?: boolean;
}

/**
 * Changes after a position, and what is counted of their keys, as of one moment: with nothing left to
 * read, the counts are exact at the page's position. Positions are commit order because every writer
 * passes the merchant's row, so no change that commits later can have a lower one (L9).
 */
export async function readStoredPage(
  sql: Sql,
  merchantId: string,
  { after, limit, withStanding = false }: AskedPage,
): Promise<StoredPage> {
  return sql.begin("isolation level repeatable read read only", async (moment) => {
    const [head, rows] = await Promise.all([
      readHead(moment, merchantId),
      readChanges(moment, merchantId, { first: after + 1, last: after + limit + 1 }),
    ]);
    const changes = cutPage(rows, limit);
    const keys = keysOf(changes);
    const counts = keys.length === 0 ? [] : await readCounts(moment, merchantId, keys);
    const isLast = head === (changes.at(-1)?.position ?? after);
    const page = { changes, counts, head, isCut: !isLast };
    return withStanding && isLast
      ? { ...page, standing: await readStanding(moment, merchantId) }
      : page;
  });
}

/**
 * The same of changes that are known: what is counted of their keys, and where the merchant stands, as of one
 * moment after them: counts may be newer than the page, which its position and theirs tell. Undefined when
 * there are none, or when the table does not have them.
 */
export async function readRecentPage(
  sql: Sql,
  merchantId: string,
  { recent, limit }: { readonly recent: readonly Change[]; readonly limit: number },
): Promise<StoredPage | undefined> {
  const changes = cutPage(recent, limit);
  const last = changes.at(-1);
  if (last === undefined) return undefined;
  const keys = keysOf(changes);
  const rows = await sql<({ head: string } & (CountRow | Record<keyof CountRow, null>))[]>`
    select m.position as head, c.catalog_object_id, c.location_id, c.state,
           c.quantity::text as quantity, c.counted_at, c.last_at, c.calculated_at,
           c.position
    from bincard.merchants m
    left join (
      unnest(
        ${keys.map((key) => key.catalogObjectId)}::text[],
        ${keys.map((key) => key.locationId)}::text[],
        ${keys.map((key) => key.state)}::text[]
      ) as k(catalog_object_id, location_id, state)
      join bincard.counts c
        on c.merchant_id = ${merchantId}
        and c.catalog_object_id = k.catalog_object_id
        and c.location_id = k.location_id
        and c.state = k.state
    ) on true
    where m.id = ${merchantId}`;
  const head = Number(rows[0]?.head ?? 0);
  if (head < last.position) return undefined;
  const counts = rows.flatMap((row) => (row.state === null ? [] : [storedCount(row)]));
  return { changes, counts, head, isCut: changes.length < recent.length };
}

/** 0 for a merchant that is not there: nothing of it can be read either. */
async function readHead(sql: Statement, merchantId: string): Promise<number> {
  return (await readMerchant(sql, merchantId, "no lock"))?.position ?? 0;
}

/** The last position that was received up to a time; the newest one without a time. */
export async function readPlace(
  sql: Sql,
  merchantId: string,
  receivedBy: string | undefined,
): Promise<number> {
  if (receivedBy === undefined) return readHead(sql, merchantId);
  const [row] = await sql<{ position: string | null }[]>`
    select ${positionAt(sql, merchantId, sql`${receivedBy}`)} as position`;
  return Number(row?.position ?? 0);
}

/** A sum does not depend on the order of its rows; 60 bits of a hash are a bigint without a sign. */
async function readStanding(sql: Statement, merchantId: string): Promise<Standing> {
  const [row] = await sql<{ counts: string; checksum: string }[]>`
    select count(*) as counts,
           coalesce(sum(('x' || left(encode(sha256(convert_to(
             c.catalog_object_id || E'\\n' || c.location_id || E'\\n' || c.state || E'\\n' ||
             trim_scale(c.quantity)::text || E'\\n' || c.position::text, 'UTF8')), 'hex'), 15)
           )::bit(60)::bigint), 0)::text as checksum
    from bincard.counts c
    where c.merchant_id = ${merchantId}`;
  return { counts: Number(row?.counts ?? 0), checksum: row?.checksum ?? "0" };
}

/** The key that a page of a snapshot starts after. */
export interface AfterKey {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: string;
}

/**
 * Counts in the order of their keys, after one of them, and where the merchant stands, as of one moment. The
 * primary key has this order: a page costs its own rows, however deep it lies.
 */
export async function readSnapshotPage(
  sql: Sql,
  merchantId: string,
  { after, limit }: { readonly after: AfterKey | undefined; readonly limit: number },
): Promise<{ readonly counts: readonly StoredCount[]; readonly head: number }> {
  const beyond =
    after === undefined
      ? sql``
      : sql`and (c.catalog_object_id, c.location_id, c.state)
              > (${after.catalogObjectId}, ${after.locationId}, ${after.state})`;
  const rows = await sql<({ head: string } & (CountRow | Record<keyof CountRow, null>))[]>`
    select m.position as head, c.*
    from bincard.merchants m
    left join lateral (
      select c.catalog_object_id, c.location_id, c.state, c.quantity::text as quantity,
             c.counted_at, c.last_at, c.calculated_at, c.position
      from bincard.counts c
      where c.merchant_id = ${merchantId} ${beyond}
      order by c.catalog_object_id, c.location_id, c.state
      limit ${limit}
    ) c on true
    where m.id = ${merchantId}`;
  const counts = rows.flatMap((row) => (row.state === null ? [] : [storedCount(row)]));
  return { counts, head: Number(rows[0]?.head ?? 0) };
}

/** Where each of these merchants stands: one question for all that are followed. */
export async function readPositions(
  sql: Sql,
  merchantIds: readonly string[],
): Promise<{ readonly merchantId: string; readonly position: number }[]> {
  const rows = await sql<{ id: string; position: string }[]>`
    select id, position from bincard.merchants where id = any(${[...merchantIds]}::text[])`;
  return rows.map(({ id, position }) => ({ merchantId: id, position: Number(position) }));
}

export interface EndedToken {
  readonly merchantId: string;
  readonly tokenId: string;
  readonly because: "TOKEN_REVOKED" | "TOKEN_EXPIRED";
}

/** Which of these tokens no longer open anything. */
export async function readEndedTokens(
  sql: Sql,
  tokens: readonly { readonly merchantId: string; readonly tokenId: string }[],
  now: Micros,
): Promise<EndedToken[]> {
  const rows = await sql<{ merchant_id: string; id: string; revoked: boolean }[]>`
    select t.merchant_id, t.id, t.revoked_at is not null as revoked
    from unnest(
      ${tokens.map(({ merchantId }) => merchantId)}::text[],
      ${tokens.map(({ tokenId }) => tokenId)}::text[]
    ) as k(merchant_id, id)
    join bincard.tokens t on t.merchant_id = k.merchant_id and t.id = k.id
    where t.revoked_at is not null or t.expires_at <= ${instantOf(now)}::timestamptz`;
  return rows.map(({ merchant_id: merchantId, id: tokenId, revoked }) => ({
    merchantId,
    tokenId,
    because: revoked ? "TOKEN_REVOKED" : "TOKEN_EXPIRED",
  }));
}
