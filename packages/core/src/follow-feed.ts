import type { FeedPage, Operations, Parsed, Principal } from "@bincard/contracts";
import { Refusal } from "@bincard/contracts";
import type { Followers } from "./feed/followers.ts";
import { positionAfter } from "./read-feed.ts";

type Follow = Operations["feed"]["follow"];

/**
 * The feed from a cursor on, as it grows; the first page at once, even when it is empty. A page is read when
 * the one before was taken, so a slow follower holds nothing back and nothing in memory. Ends without a word
 * when `signal` is aborted, and with the signal's reason when that is a `Refusal`.
 */
export async function* followFeed(
  followers: Followers,
  principal: Principal,
  { after, lastEventId, limit, signal }: Parsed<Follow> & { readonly signal: AbortSignal },
): AsyncGenerator<FeedPage, void, undefined> {
  let place = positionAfter(principal.merchantId, lastEventId ?? after);
  const { seat, channel } = followers.enter(principal);
  const stop = () => seat.end(signal.reason instanceof Refusal ? signal.reason : undefined);
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    for (let first = true; seat.isOpen; first = false) {
      const { page, isCut } = await channel.page({ after: place, limit });
      if (!seat.isOpen) break;
      if (first || page.changes.length > 0) {
        yield page;
        followers.told(page, channel.behind(page.position));
      }
      place = page.position;
      if (!isCut) await channel.beyond(seat, place);
    }
    if (seat.because !== undefined) throw seat.because;
  } finally {
    signal.removeEventListener("abort", stop);
    followers.leave(seat);
  }
}
