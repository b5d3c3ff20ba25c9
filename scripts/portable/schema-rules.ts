import type { Breach } from "./faults.ts";
import { type Key, merchantOf, type Table } from "./tables.ts";

const COUNTERS = new Set(["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"]);

/** A breach and where: `table` or `table.key`. */
export interface Placed {
  readonly place: string;
  readonly breach: Breach;
}

/** What a table of a distributed ledger must be: every key is led by the merchant. */
export function schemaBreaches(table: Table): Placed[] {
  const merchant = merchantOf(table.name);
  const found: Placed[] = [];
  const fault = (place: string, rule: Breach["rule"], says: string) =>
    found.push({ place, breach: { rule, says } });
  const owner = table.columns.get(merchant);
  if (owner === undefined || !owner.required)
    fault(table.name, "merchant first", `${table.name} needs a column ${merchant}, never null.`);
  if (!table.keys.some(({ kind }) => kind === "primary key"))
    fault(table.name, "merchant first", `${table.name} needs a primary key.`);
  for (const key of table.keys) {
    const place = `${table.name}.${key.name}`;
    if (key.kind === "exclusion")
      fault(place, "nothing refused", "an exclusion constraint cannot be kept across nodes.");
    else if (!isLed(table, key))
      fault(place, "merchant first", `the ${key.kind} ${key.name} must begin with ${merchant}.`);
  }
  for (const [name, column] of table.columns)
    if (column.identity || COUNTERS.has(column.type))
      fault(
        `${table.name}.${name}`,
        "nothing refused",
        `${table.name}.${name} counts by a sequence: positions come from the fence, ids are random.`,
      );
  return found;
}

function isLed({ name }: Table, { columns, references }: Key): boolean {
  if (columns[0] !== merchantOf(name)) return false;
  // Of one merchant on both sides: otherwise the two rows may live on two nodes.
  return references === undefined || references.columns[0] === merchantOf(references.table);
}
