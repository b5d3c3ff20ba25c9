import type { CallOptions } from "./call.ts";
import type { InputOf, ListingName, OutputOf, RowOf, RowsField } from "./operations.ts";

/** An input whose fields are all optional may be left out. */
export type Arguments<Input> =
  Record<never, never> extends Input
    ? [input?: Input, options?: CallOptions]
    : [input: Input, options?: CallOptions];

/** One page when called; its rows by `for await` over `each`, its pages over `pages`. */
export interface Listing<Name extends ListingName> {
  /** One page. `cursor` is absent on the last; else it belongs into the same input for the next. */
  (...given: Arguments<InputOf<Name>>): Promise<OutputOf<Name>>;
  /** Every row from here on. `limit` is the size of the pages behind it. */
  each(...given: Arguments<InputOf<Name>>): AsyncGenerator<RowOf<Name>, void, undefined>;
  /** Every page from here on. */
  pages(...given: Arguments<InputOf<Name>>): AsyncGenerator<OutputOf<Name>, void, undefined>;
}

/** Asks for one page. */
export type AskPage<Name extends ListingName> = (
  input: object | undefined,
  options: CallOptions | undefined,
) => Promise<OutputOf<Name>>;

export function listingOf<Name extends ListingName>(
  ask: AskPage<Name>,
  rows: RowsField<Name>,
): Listing<Name> {
  async function* pages(...[input, options]: Arguments<InputOf<Name>>) {
    let next: object | undefined = input;
    for (;;) {
      const page = await ask(next, options);
      yield page;
      if (page.cursor === undefined) return;
      next = { ...input, cursor: page.cursor };
    }
  }
  async function* each(...given: Arguments<InputOf<Name>>) {
    for await (const page of pages(...given)) yield* page[rows] as RowOf<Name>[];
  }
  const list = (...[input, options]: Arguments<InputOf<Name>>) => ask(input, options);
  return Object.assign(list, { pages, each });
}
