import { askCounts } from "../asking.ts";
import { COUNT_COLUMNS, idsOfCount } from "../columns.ts";
import type { Context } from "../context.ts";
import type { CountsOptions } from "../declarations/reading.ts";
import type { Call } from "../declare.ts";
import { printListing } from "../extent.ts";
import { filterOf } from "../filter.ts";
import { Names } from "../names.ts";

export async function counts(context: Context, { args, options }: Call<CountsOptions>) {
  const client = await context.client();
  const names = new Names(client);
  await printListing(context, {
    ask: askCounts(client, await filterOf(client, { item: args[0], ...options })),
    options,
    view: { columns: COUNT_COLUMNS, show: (rows) => names.of(rows, idsOfCount) },
  });
}
