import type { Failure } from "@bincard/contracts";
import { and, eq } from "drizzle-orm";
import type { Database, Statement } from "./connect.ts";
import { idempotencyKeys } from "./schema.ts";
import { microsOf } from "./time.ts";

/** What the changes cannot tell again. */
export interface KeptAnswer {
  readonly failures?: readonly [Failure, ...Failure[]];
  readonly objectIds?: readonly string[];
  readonly idMappings?: readonly { readonly clientObjectId: string; readonly objectId: string }[];
}

export interface KeyRow {
  readonly operation: string;
  readonly fingerprint: string;
  readonly position: number;
  readonly changeCount: number;
  readonly answer: KeptAnswer;
  readonly receivedAt: number;
}

export async function readKey(
  db: Database,
  merchantId: string,
  key: string,
): Promise<KeyRow | undefined> {
  const [row] = await db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.key, key)));
  if (row === undefined) return undefined;
  return {
    operation: row.operation,
    fingerprint: Buffer.from(row.fingerprint).toString("hex"),
    position: row.position,
    changeCount: row.changeCount,
    answer: row.answer ?? {},
    receivedAt: microsOf(row.receivedAt),
  };
}

/** Keeps a key's answer with the transaction that earned it. */
export async function writeKey(
  db: Database,
  kept: {
    readonly merchantId: string;
    readonly key: string;
    readonly operation: string;
    readonly fingerprint: string;
    readonly answer: KeptAnswer;
    readonly tokenId: string;
    readonly entered: { readonly position: number; readonly at: string };
  },
): Promise<void> {
  const { entered, fingerprint, ...rest } = kept;
  await db.insert(idempotencyKeys).values({
    ...rest,
    fingerprint: Buffer.from(fingerprint, "hex"),
    position: entered.position,
    changeCount: 0,
    receivedAt: entered.at,
  });
}

/** A request that writes no change and that its key tells all about. */
export interface Claim {
  readonly merchantId: string;
  readonly key: string;
  readonly operation: string;
  readonly fingerprint: string;
  readonly tokenId: string;
}

/**
 * Keeps a key with the transaction that goes on to do what it asks for. Otherwise tells whose it is: of two that come at
 * once the later waits for the earlier.
 */
export async function claimKey(
  inside: Statement,
  { merchantId, key, operation, fingerprint, tokenId }: Claim,
): Promise<"new" | "again" | "taken"> {
  const claimed = await inside`
    insert into bincard.idempotency_keys
      (merchant_id, key, operation, fingerprint, position, change_count, token_id, received_at)
    select m.id, ${key}, ${operation}, decode(${fingerprint}, 'hex'), m.position, 0, ${tokenId},
           statement_timestamp()
    from bincard.merchants m where m.id = ${merchantId}
    on conflict (merchant_id, key) do nothing
    returning key`;
  if (claimed.length > 0) return "new";
  const same = await inside`
    select key from bincard.idempotency_keys
    where merchant_id = ${merchantId} and key = ${key} and operation = ${operation}
      and fingerprint = decode(${fingerprint}, 'hex')`;
  return same.length > 0 ? "again" : "taken";
}
