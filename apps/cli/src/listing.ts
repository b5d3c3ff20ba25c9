import { LIMITS } from "@bincard/contracts";

export interface Page<Row> {
  readonly items: readonly Row[];
  /** Present when there is more. */
  readonly cursor?: string;
}

/** Asks for one page. */
export type AskPage<Row> = (page: { limit: number; cursor?: string }) => Promise<Page<Row>>;

export interface Extent {
  /** Rows in all; `Infinity` for every one there is. */
  readonly most: number;
  /** Where to go on, from an earlier answer. */
  readonly cursor?: string;
}

/** Pages of a listing, each as it arrives, until `most` rows have come or there are no more. */
export async function* walk<Row>(ask: AskPage<Row>, extent: Extent): AsyncGenerator<Page<Row>> {
  let cursor = extent.cursor;
  let left = extent.most;
  do {
    const limit = Math.min(left, LIMITS.pageSizeMax);
    const page = await ask({ limit, ...(cursor !== undefined && { cursor }) });
    yield page;
    left -= page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

/** Every row of a listing that is known to be short. */
export async function collect<Row>(ask: AskPage<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of walk(ask, { most: Infinity })) rows.push(...page.items);
  return rows;
}
