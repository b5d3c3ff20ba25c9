import { type ChangeType, CHANGE_TYPES } from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { askChanges } from "../asking.ts";
import { CHANGE_COLUMNS, idsOfChange } from "../columns.ts";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { ChangesOptions } from "../declarations/reading.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printListing } from "../extent.ts";
import { filterOf } from "../filter.ts";
import { Names } from "../names.ts";
import { printOne } from "../print.ts";

export async function changes(context: Context, { args, options }: Call<ChangesOptions>) {
  const { type = [], updatedBefore, newest } = options;
  const types = type.flatMap((words) => words.split(",")).map(typeOf);
  const client = await context.client();
  const names = new Names(client);
  const filter = {
    ...(await filterOf(client, { item: args[0], ...options })),
    ...(types.length > 0 && { types }),
    ...(updatedBefore !== undefined && { updatedBefore }),
    ...(newest === true && { order: "DESC" as const }),
  };
  await printListing(context, {
    ask: askChanges(client, filter),
    options,
    view: { columns: CHANGE_COLUMNS, show: (rows) => names.of(rows, idsOfChange) },
  });
}

export async function getChange(context: Context, { args: [id = ""] }: Call<unknown>) {
  const client = await context.client();
  const { change } = await client.changes.get({ id });
  const [row] = await new Names(client).of([change], idsOfChange);
  if (row !== undefined) await printOne(context, change, { columns: CHANGE_COLUMNS, row });
}

function typeOf(given: string): ChangeType {
  const word = given.toUpperCase().replaceAll("-", "_");
  const type = CHANGE_TYPES.find((known) => known === word);
  if (type !== undefined) return type;
  throw new Complaint("USAGE", `"${given}" is not a type of change`, {
    exitCode: EXIT_CODES.usage,
    hint: didYouMean(word, CHANGE_TYPES) ?? `types: ${CHANGE_TYPES.join(", ")}`,
  });
}
