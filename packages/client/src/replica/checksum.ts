import type { FeedCount } from "./store.ts";

/** What all counts come to: the same sum that the server makes of its own. */
export interface Standing {
  readonly counts: number;
  readonly checksum: string;
}

/** Hashes on their way at once. */
const AT_ONCE = 500;

/**
 * The sum of the first 60 bits of the SHA-256 of each count: it has no order, and a count that differs in
 * its quantity or in its position changes it. Needs the platform's `crypto.subtle`, which browsers have in
 * secure contexts only.
 */
export async function standingOf(all: AsyncIterable<FeedCount>): Promise<Standing> {
  const encoder = new TextEncoder();
  let counts = 0;
  let sum = 0n;
  let hashes: Promise<ArrayBuffer>[] = [];
  const settle = async () => {
    for (const hash of await Promise.all(hashes)) sum += new DataView(hash).getBigUint64(0) >> 4n;
    hashes = [];
  };
  for await (const { catalogObjectId, locationId, state, quantity, position } of all) {
    counts += 1;
    const line = `${catalogObjectId}\n${locationId}\n${state}\n${quantity}\n${position}`;
    hashes.push(crypto.subtle.digest("SHA-256", encoder.encode(line)));
    if (hashes.length === AT_ONCE) await settle();
  }
  await settle();
  return { counts, checksum: String(sum) };
}
