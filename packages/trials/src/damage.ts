import type { Finding } from "@bincard/contracts";
import type postgres from "postgres";

/** One hand's work on what is stored, and the findings of which `verify` must make at least one. */
export interface Damage {
  readonly table: string;
  readonly name: string;
  readonly plant: (sql: postgres.Sql, merchantId: string) => Promise<unknown>;
  readonly expected: readonly Finding["kind"][];
}

const plant = (statement: (merchantId: string) => string): Pick<Damage, "plant"> => ({
  plant: (sql, merchantId) => sql.unsafe(statement(merchantId.replaceAll("'", "''"))),
});

/** A change that some count rests on: the one that last moved it. */
const standing = (m: string, offset = 0) =>
  `(select position from bincard.counts where merchant_id = '${m}' order by position offset ${offset} limit 1)`;

const COUNT: Damage["expected"] = ["COUNT_DIFFERS", "COUNT_MISSING", "COUNT_UNEXPLAINED"];
const LOG: Damage["expected"] = [
  "RECEIPT_OUT_OF_ORDER",
  "KEY_MISSING",
  "KEY_UNEXPLAINED",
  "COUNT_DIFFERS",
];

const changed = (column: string, value: string, expected: Damage["expected"]): Damage => ({
  table: "changes",
  name: `${column} of one row`,
  ...plant(
    (m) =>
      `update bincard.changes set ${column} = ${value} where merchant_id = '${m}' and position = ${standing(m)}`,
  ),
  expected,
});

const CHANGES: readonly Damage[] = [
  changed("quantity", "quantity + 0.00001", COUNT),
  changed("catalog_object_id", "left(catalog_object_id, -1) || '~'", COUNT),
  changed("location_id", "location_id || '~'", COUNT),
  changed("occurred_at", "occurred_at + interval '1 microsecond'", COUNT),
  changed("created_at", "created_at + interval '1 microsecond'", ["KEY_MISSING"]),
  changed("application_id", "left(application_id, -1) || '~'", ["ROW_MISSING"]),
  changed("to_state", "'COMPOSED'", ["CHANGE_MALFORMED"]),
  {
    table: "changes",
    name: "a row dropped",
    ...plant((m) => `delete from bincard.changes where merchant_id = '${m}' and position = 3`),
    expected: ["CHANGE_MISSING"],
  },
  {
    table: "changes",
    name: "two rows swapped",
    ...plant((m) => {
      const swap = (from: string, to: string) =>
        `update bincard.changes set position = ${to} where merchant_id = '${m}' and position = ${from};`;
      return `${swap("2", "-2")} ${swap("9", "2")} ${swap("-2", "9")}`;
    }),
    expected: LOG,
  },
];

const FIRST_COUNT = (m: string) =>
  `where ctid = (select ctid from bincard.counts where merchant_id = '${m}' order by position limit 1)`;
const counted = (column: string, value: string): Damage => ({
  table: "counts",
  name: `${column} of one row`,
  ...plant((m) => `update bincard.counts set ${column} = ${value} ${FIRST_COUNT(m)}`),
  expected: COUNT,
});

const COUNTS: readonly Damage[] = [
  counted("quantity", "quantity + 0.00001"),
  counted("counted_at", "'2020-01-01'"),
  counted("last_at", "last_at + interval '1 microsecond'"),
  counted("calculated_at", "calculated_at + interval '1 microsecond'"),
  counted("position", "position + 1"),
  counted("band", "band + 1"),
  counted("state", "'COMPOSED'"),
  {
    table: "counts",
    name: "a row dropped",
    ...plant((m) => `delete from bincard.counts ${FIRST_COUNT(m)}`),
    expected: ["COUNT_MISSING"],
  },
  {
    table: "counts",
    name: "two rows swapped",
    ...plant(
      (m) => `
        with two as (
          select ctid, quantity, row_number() over (order by quantity) as place
          from (select ctid, quantity from bincard.counts where merchant_id = '${m}'
                order by quantity limit 1) low
          union all
          select ctid, quantity, 2
          from (select ctid, quantity from bincard.counts where merchant_id = '${m}'
                order by quantity desc limit 1) high)
        update bincard.counts c set quantity = other.quantity
        from two, two other where c.ctid = two.ctid and other.place <> two.place`,
    ),
    expected: COUNT,
  },
];

const merchant = (name: string, set: string, expected: Damage["expected"]): Damage => ({
  table: "merchants",
  name,
  ...plant((m) => `update bincard.merchants set ${set} where id = '${m}'`),
  expected,
});

const MERCHANTS: readonly Damage[] = [
  merchant("position of one row, up", "position = position + 1", ["CHANGE_MISSING"]),
  merchant("position of one row, down", "position = position - 1", ["CHANGE_UNEXPLAINED"]),
  merchant("received_at of one row", "received_at = received_at + interval '1 microsecond'", [
    "MERCHANT_DIFFERS",
  ]),
  merchant("catalog_version of one row", "catalog_version = 0", ["ROW_MALFORMED"]),
  {
    table: "merchants",
    name: "a row dropped",
    ...plant((m) => `delete from bincard.merchants where id = '${m}'`),
    expected: ["ROW_MISSING"],
  },
  {
    table: "merchants",
    name: "two rows swapped",
    ...plant(
      (m) => `
        update bincard.merchants a set position = b.position, received_at = b.received_at
        from bincard.merchants b
        where '${m}' in (a.id, b.id) and a.id <> b.id and a.position <> b.position`,
    ),
    expected: ["CHANGE_MISSING", "CHANGE_UNEXPLAINED"],
  },
];

const FIRST_KEY = (m: string, offset = 0) =>
  `(select key from bincard.idempotency_keys
    where merchant_id = '${m}' and operation = 'changes.create' and change_count > 0
    order by position offset ${offset} limit 1)`;
const keyed = (column: string, value: string, expected: Damage["expected"]): Damage => ({
  table: "idempotency_keys",
  name: `${column} of one row`,
  ...plant(
    (m) =>
      `update bincard.idempotency_keys set ${column} = ${value} where merchant_id = '${m}' and key = ${FIRST_KEY(m)}`,
  ),
  expected,
});
const KEY: Damage["expected"] = ["KEY_MISSING", "KEY_UNEXPLAINED"];

const KEYS: readonly Damage[] = [
  keyed("position", "position + 1", KEY),
  keyed("change_count", "change_count + 1", KEY),
  keyed("received_at", "received_at + interval '1 microsecond'", KEY),
  keyed("operation", "'changes.creat'", ["KEY_MISSING"]),
  keyed("fingerprint", "substring(fingerprint from 2)", ["ROW_MALFORMED"]),
  keyed("token_id", "token_id || '~'", ["ROW_MISSING"]),
  {
    table: "idempotency_keys",
    name: "a row dropped",
    ...plant(
      (m) =>
        `delete from bincard.idempotency_keys where merchant_id = '${m}' and key = ${FIRST_KEY(m)}`,
    ),
    expected: ["KEY_MISSING"],
  },
  {
    table: "idempotency_keys",
    name: "two rows swapped",
    ...plant(
      (m) => `
        update bincard.idempotency_keys a set position = b.position
        from bincard.idempotency_keys b
        where a.merchant_id = '${m}' and b.merchant_id = '${m}' and a.key <> b.key
          and a.key in (${FIRST_KEY(m)}, ${FIRST_KEY(m, 4)})
          and b.key in (${FIRST_KEY(m)}, ${FIRST_KEY(m, 4)})`,
    ),
    expected: KEY,
  },
];

const one = (table: string, given: { name: string; statement: string; kind: Finding["kind"] }) => ({
  table,
  name: given.name,
  ...plant((m) => given.statement.replaceAll("$m", `'${m}'`)),
  expected: [given.kind],
});

const AROUND: readonly Damage[] = [
  one("catalog_objects", {
    name: "a variation dropped",
    statement: `delete from bincard.catalog_objects where merchant_id = $m and id = 'ITEM-0-V'`,
    kind: "ROW_MISSING",
  }),
  one("catalog_objects", {
    name: "an item dropped",
    statement: `delete from bincard.catalog_objects where merchant_id = $m and id = 'ITEM-0'`,
    kind: "ROW_MISSING",
  }),
  one("catalog_objects", {
    name: "id of one row",
    statement: `update bincard.catalog_objects set id = 'ITEM-0-W' where merchant_id = $m and id = 'ITEM-0-V'`,
    kind: "ROW_MISSING",
  }),
  one("catalog_objects", {
    name: "item_id of one row",
    statement: `update bincard.catalog_objects set item_id = 'ITEM-X' where merchant_id = $m and id = 'ITEM-0-V'`,
    kind: "ROW_MISSING",
  }),
  one("catalog_objects", {
    name: "version of one row",
    statement: `update bincard.catalog_objects set version = 1000 where merchant_id = $m and id = 'ITEM-0-V'`,
    kind: "ROW_MALFORMED",
  }),
  one("catalog_objects", {
    name: "is_deleted of one row",
    statement: `update bincard.catalog_objects set is_deleted = true where merchant_id = $m and id = 'ITEM-0'`,
    kind: "ROW_MALFORMED",
  }),
  one("catalog_objects", {
    name: "two rows swapped",
    statement: `
      update bincard.catalog_objects set id = 'X' where merchant_id = $m and id = 'ITEM-0';
      update bincard.catalog_objects set id = 'ITEM-0' where merchant_id = $m and id = 'ITEM-0-V';
      update bincard.catalog_objects set id = 'ITEM-0-V' where merchant_id = $m and id = 'X'`,
    kind: "ROW_MISSING",
  }),
  one("locations", {
    name: "a row dropped",
    statement: `delete from bincard.locations where merchant_id = $m and id = 'PLACE-0'`,
    kind: "ROW_MISSING",
  }),
  one("locations", {
    name: "id of one row",
    statement: `update bincard.locations set id = 'PLACE-O' where merchant_id = $m and id = 'PLACE-0'`,
    kind: "ROW_MISSING",
  }),
  one("locations", {
    name: "status of one row",
    statement: `update bincard.locations set status = 'ACTIVF' where merchant_id = $m and id = 'PLACE-0'`,
    kind: "ROW_MALFORMED",
  }),
  one("applications", {
    name: "a row dropped",
    statement: `delete from bincard.applications where merchant_id = $m`,
    kind: "ROW_MISSING",
  }),
  one("applications", {
    name: "id of one row",
    statement: `update bincard.applications set id = id || '~' where merchant_id = $m`,
    kind: "ROW_MISSING",
  }),
  one("tokens", {
    name: "a row dropped",
    statement: `delete from bincard.tokens where merchant_id = $m`,
    kind: "ROW_MISSING",
  }),
  one("tokens", {
    name: "secret_hash of one row",
    statement: `update bincard.tokens set secret_hash = substring(secret_hash from 2) where merchant_id = $m`,
    kind: "ROW_MALFORMED",
  }),
  one("tokens", {
    name: "scopes of one row",
    statement: `update bincard.tokens set scopes[1] = 'INVENTORY_REAE' where merchant_id = $m`,
    kind: "ROW_MALFORMED",
  }),
  one("tokens", {
    name: "application_id of one row",
    statement: `update bincard.tokens set application_id = 'NOBODY' where merchant_id = $m`,
    kind: "ROW_MISSING",
  }),
];

export const DAMAGES: readonly Damage[] = [...CHANGES, ...COUNTS, ...MERCHANTS, ...KEYS, ...AROUND];
