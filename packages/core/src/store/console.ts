import { LIMITS, type TokenInfo } from "@bincard/contracts";
import { and, eq, sql } from "drizzle-orm";
import { readToken } from "./access.ts";
import type { Database } from "./connect.ts";
import { consoleCodes, consoleSessions } from "./console-schema.ts";
import { timeOf } from "./time.ts";

/** What a secret at the console stands for: a token of its merchant. */
export interface Held {
  readonly merchantId: string;
  readonly secretHash: Uint8Array;
  readonly tokenId: string;
}

type Kept = typeof consoleSessions | typeof consoleCodes;

/** The statement's time, which is one value, by the clock that all servers share. */
const NOW = sql`statement_timestamp()`;
const ago = (seconds: number) => sql`statement_timestamp() - make_interval(secs => ${seconds})`;

const IDLE_SECONDS = LIMITS.consoleSessionIdleHours * 3_600;
const WHOLE_SECONDS = LIMITS.consoleSessionHours * 3_600;
/** `used_at` moves on this seldom: a session that is used all day is not written all day. */
const USED_EVERY_SECONDS = 60;

const isAlive = sql`${consoleSessions.usedAt} > ${ago(IDLE_SECONDS)}
  and ${consoleSessions.createdAt} > ${ago(WHOLE_SECONDS)}`;

/** Puts a session there, and takes away those that have ended and, beyond so many, the oldest of the token. */
export async function insertSession(db: Database, held: Held): Promise<string> {
  const { merchantId, tokenId } = held;
  await db
    .delete(consoleSessions)
    .where(and(eq(consoleSessions.merchantId, merchantId), sql`not (${isAlive})`));
  const [row] = await db
    .insert(consoleSessions)
    .values({ ...held, createdAt: NOW, usedAt: NOW })
    .returning();
  await keepNewest(db, consoleSessions, {
    merchantId,
    tokenId,
    limit: LIMITS.consoleSessionsPerToken,
  });
  if (row === undefined) throw new Error("an insert answered no row");
  return timeOf(row.createdAt);
}

/** Puts a code there, and takes away those that are too old. */
export async function insertCode(db: Database, held: Held): Promise<string> {
  const { merchantId, tokenId } = held;
  await db
    .delete(consoleCodes)
    .where(
      and(
        eq(consoleCodes.merchantId, merchantId),
        sql`${consoleCodes.createdAt} <= ${ago(LIMITS.consoleCodeSeconds)}`,
      ),
    );
  const [row] = await db
    .insert(consoleCodes)
    .values({ ...held, createdAt: NOW })
    .returning();
  await keepNewest(db, consoleCodes, { merchantId, tokenId, limit: LIMITS.consoleCodesPerToken });
  if (row === undefined) throw new Error("an insert answered no row");
  return timeOf(row.createdAt);
}

async function keepNewest(
  db: Database,
  table: Kept,
  { merchantId, tokenId, limit }: { merchantId: string; tokenId: string; limit: number },
): Promise<void> {
  const ofToken = and(eq(table.merchantId, merchantId), eq(table.tokenId, tokenId));
  const newest = db
    .select({ secretHash: table.secretHash })
    .from(table)
    .where(ofToken)
    .orderBy(sql`${table.createdAt} desc`)
    .limit(limit);
  await db.delete(table).where(and(ofToken, sql`${table.secretHash} not in (${newest})`));
}

/** Takes a code, once: whoever comes second finds none. Answers the token it stands for. */
export async function takeCode(
  db: Database,
  { merchantId, secretHash }: Omit<Held, "tokenId">,
): Promise<TokenInfo | undefined> {
  const [taken] = await db
    .delete(consoleCodes)
    .where(
      and(
        eq(consoleCodes.merchantId, merchantId),
        eq(consoleCodes.secretHash, secretHash),
        sql`${consoleCodes.createdAt} > ${ago(LIMITS.consoleCodeSeconds)}`,
      ),
    )
    .returning();
  return taken && readToken(db, merchantId, taken.tokenId);
}

export interface FoundSession {
  readonly info: TokenInfo;
  readonly createdAt: string;
}

/** A session that has neither ended nor been idle for too long; that it is used is noted. */
export async function useSession(
  db: Database,
  { merchantId, secretHash }: Omit<Held, "tokenId">,
): Promise<FoundSession | undefined> {
  const ofSecret = and(
    eq(consoleSessions.merchantId, merchantId),
    eq(consoleSessions.secretHash, secretHash),
  );
  const [row] = await db
    .select({
      tokenId: consoleSessions.tokenId,
      createdAt: consoleSessions.createdAt,
      isStale: sql<boolean>`${consoleSessions.usedAt} <= ${ago(USED_EVERY_SECONDS)}`,
    })
    .from(consoleSessions)
    .where(and(ofSecret, isAlive));
  if (row === undefined) return undefined;
  if (row.isStale) await db.update(consoleSessions).set({ usedAt: NOW }).where(ofSecret);
  const info = await readToken(db, merchantId, row.tokenId);
  return info && { info, createdAt: timeOf(row.createdAt) };
}

export async function deleteSession(
  db: Database,
  { merchantId, secretHash }: Omit<Held, "tokenId">,
): Promise<void> {
  await db
    .delete(consoleSessions)
    .where(
      and(eq(consoleSessions.merchantId, merchantId), eq(consoleSessions.secretHash, secretHash)),
    );
}
