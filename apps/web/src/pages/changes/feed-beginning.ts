/** A place in the feed. */
export interface Located {
  readonly cursor: string;
  readonly position: number;
}

/** Where the feed stood at a time, in milliseconds since 1970; where it ends without one. */
export type Locate = (receivedBy?: number) => Promise<Located>;

export interface Beginning {
  /** Where to read from; the very beginning when `undefined`. */
  readonly after: string | undefined;
  /** Whether there is more in the time that was asked for. */
  readonly isCut: boolean;
}

const FIRST_SPAN_MILLISECONDS = 1_000;

/**
 * Where to begin so that what follows is all there is since then, or the newest of it where that is more than is
 * kept: what would be let go again is not read. Times are halved until the rest is of a fitting size.
 */
export async function feedBeginning(
  locate: Locate,
  {
    from,
    until,
    kept,
  }: { readonly from: number | undefined; readonly until: number; readonly kept: number },
): Promise<Beginning> {
  const end = await locate();
  const first = from === undefined ? undefined : await locate(from);
  let after = first?.cursor;
  if (end.position - (first?.position ?? 0) <= kept) return { after, isCut: false };
  let [early, late] = [from ?? 0, until];
  // The newest may have come within seconds or years: ever longer spans find out, then their halves.
  for (let span = FIRST_SPAN_MILLISECONDS; until - span > early; span *= 4) {
    const { cursor, position } = await locate(until - span);
    const rest = end.position - position;
    if (rest < kept / 2) late = until - span;
    else {
      early = until - span;
      after = cursor;
      if (rest <= kept) return { after, isCut: true };
    }
  }
  while (late - early > 1) {
    const middle = (early + late) / 2;
    const { cursor, position } = await locate(middle);
    const rest = end.position - position;
    if (rest < kept / 2) late = middle;
    else {
      early = middle;
      after = cursor;
      if (rest <= kept) break;
    }
  }
  return { after, isCut: true };
}
