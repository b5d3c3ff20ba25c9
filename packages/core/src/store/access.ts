import { type Merchant, type Scope, SCOPES, type TokenInfo } from "@bincard/contracts";
import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import type { Database } from "./connect.ts";
import { applications, locations, merchants, tokens } from "./schema.ts";
import { timeOf } from "./time.ts";

function toMerchant({ id, name, createdAt }: typeof merchants.$inferSelect): Merchant {
  return { id, name, createdAt: timeOf(createdAt) };
}

/** A merchant is born with a place to put things. */
export async function insertMerchant(
  db: Database,
  made: { readonly id: string; readonly name: string; readonly locationId: string },
): Promise<Merchant> {
  const { id, name, locationId } = made;
  const [row] = await db.insert(merchants).values({ id, name }).returning();
  if (row === undefined) throw new Error("an insert answered no row");
  await db
    .insert(locations)
    .values({ merchantId: id, id: locationId, name: "Main", status: "ACTIVE" });
  return toMerchant(row);
}

export async function readMerchantById(db: Database, id: string): Promise<Merchant | undefined> {
  const [row] = await db.select().from(merchants).where(eq(merchants.id, id));
  return row && toMerchant(row);
}

/** By id, ascending. */
export async function listStoredMerchants(
  db: Database,
  asked: { readonly after: string | undefined; readonly limit: number },
): Promise<Merchant[]> {
  const rows = await db
    .select()
    .from(merchants)
    .where(asked.after === undefined ? undefined : gt(merchants.id, asked.after))
    .orderBy(asc(merchants.id))
    .limit(asked.limit);
  return rows.map(toMerchant);
}

/** Keeps the name an application has; answers the name that stands. */
export async function keepApplication(
  db: Database,
  application: { readonly merchantId: string; readonly id: string; readonly name: string },
): Promise<string> {
  const [row] = await db
    .insert(applications)
    .values(application)
    .onConflictDoUpdate({
      target: [applications.merchantId, applications.id],
      set: { name: sql`${applications.name}` },
    })
    .returning();
  return row?.name ?? application.name;
}

export interface NewToken {
  readonly merchantId: string;
  readonly id: string;
  readonly applicationId: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | undefined;
}

export async function insertToken(db: Database, token: NewToken): Promise<void> {
  const { scopes, expiresAt, ...rest } = token;
  await db.insert(tokens).values({ ...rest, scopes: [...scopes], expiresAt: expiresAt ?? null });
}

const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

function selectTokens(db: Database) {
  return db
    .select({ token: tokens, application: applications })
    .from(tokens)
    .innerJoin(
      applications,
      and(
        eq(applications.merchantId, tokens.merchantId),
        eq(applications.id, tokens.applicationId),
      ),
    );
}

type TokenRow = Awaited<ReturnType<typeof selectTokens>>[number];

function toTokenInfo({ token, application }: TokenRow): TokenInfo {
  return {
    id: token.id,
    merchantId: token.merchantId,
    application: { id: application.id, name: application.name },
    scopes: token.scopes.filter(isScope),
    createdAt: timeOf(token.createdAt),
    ...(token.expiresAt === null ? {} : { expiresAt: timeOf(token.expiresAt) }),
    ...(token.revokedAt === null ? {} : { revokedAt: timeOf(token.revokedAt) }),
  };
}

export async function readTokenBySecret(
  db: Database,
  secretHash: Uint8Array,
): Promise<TokenInfo | undefined> {
  const [row] = await selectTokens(db).where(eq(tokens.secretHash, secretHash));
  return row && toTokenInfo(row);
}

export async function readToken(
  db: Database,
  merchantId: string,
  id: string,
): Promise<TokenInfo | undefined> {
  const [row] = await selectTokens(db).where(
    and(eq(tokens.merchantId, merchantId), eq(tokens.id, id)),
  );
  return row && toTokenInfo(row);
}

/** By id, ascending. */
export async function listStoredTokens(
  db: Database,
  merchantId: string,
  asked: { readonly after: string | undefined; readonly limit: number },
): Promise<TokenInfo[]> {
  const rows = await selectTokens(db)
    .where(
      and(
        eq(tokens.merchantId, merchantId),
        asked.after === undefined ? undefined : gt(tokens.id, asked.after),
      ),
    )
    .orderBy(asc(tokens.id))
    .limit(asked.limit);
  return rows.map(toTokenInfo);
}

/** Revoked once, it stays revoked as of then. */
export async function revokeStoredToken(
  db: Database,
  merchantId: string,
  id: string,
): Promise<void> {
  await db
    .update(tokens)
    // The statement's time, which is one value: a clock that moves on is refused on a cluster.
    .set({ revokedAt: sql`statement_timestamp()` })
    .where(and(eq(tokens.merchantId, merchantId), eq(tokens.id, id), isNull(tokens.revokedAt)));
}

const FIRST_MERCHANT_LOCK = 7_261_043;

/** Servers that start at once on an empty database take turns. */
export async function lockFirstMerchant(db: Database): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${FIRST_MERCHANT_LOCK})`);
}

export async function ping(db: Database): Promise<void> {
  await db.execute(sql`select 1`);
}
