import { operations } from "@bincard/contracts";
import { tracked } from "@trpc/server";
import { procedure, router } from "./procedure.ts";

const { read, follow, locate, snapshot, checksum } = operations.feed;

export const feed = router({
  read: procedure(read).query(({ ctx: { ledger, principal }, input }) =>
    ledger.feed.read(principal, input),
  ),
  /** Each page under its cursor: whoever reconnects goes on after the last one that arrived. */
  follow: procedure(follow).subscription(async function* ({
    ctx: { ledger, principal },
    input,
    signal = new AbortController().signal,
  }) {
    for await (const page of ledger.feed.follow(principal, input, signal))
      yield tracked(page.cursor, page);
  }),
  locate: procedure(locate).query(({ ctx: { ledger, principal }, input }) =>
    ledger.feed.locate(principal, input),
  ),
  snapshot: procedure(snapshot).query(({ ctx: { ledger, principal }, input }) =>
    ledger.feed.snapshot(principal, input),
  ),
  checksum: procedure(checksum).query(({ ctx: { ledger, principal }, input }) =>
    ledger.feed.checksum(principal, input),
  ),
});
