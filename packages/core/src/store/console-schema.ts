import { customType, index, primaryKey, timestamp } from "drizzle-orm/pg-core";
import { bincard } from "./schema.ts";

const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
const instant = () => timestamp({ withTimezone: true, mode: "string" });

/** Who is signed in at the console. A cookie names its merchant, so that no look-up is across merchants. */
export const consoleSessions = bincard.table(
  "console_sessions",
  {
    merchantId: text().notNull(),
    /** SHA-256 of a secret of 256 random bits. */
    secretHash: bytes().notNull(),
    tokenId: text().notNull(),
    createdAt: instant().notNull(),
    /** Moves on by the minute while the session is used. */
    usedAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.secretHash] }),
    index("console_sessions_of_token").on(table.merchantId, table.tokenId, table.createdAt),
  ],
);

/** Codes that open one session each, within a minute. Used ones are gone. */
export const consoleCodes = bincard.table(
  "console_codes",
  {
    merchantId: text().notNull(),
    secretHash: bytes().notNull(),
    tokenId: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.secretHash] }),
    index("console_codes_of_token").on(table.merchantId, table.tokenId, table.createdAt),
  ],
);
