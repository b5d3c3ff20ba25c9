/**
 * A count's band is its merchant's position after the batch that last moved it, in steps of this many. Bands
 * follow receipt times and the counts of one batch share theirs, so counts newest first are bands newest
 * first, each sorted by itself. Unlike the time, a band changes seldom: most updates of a count leave every
 * index alone.
 */
export const POSITIONS_PER_BAND = 4_096;

export const bandOf = (position: number): number => Math.floor(position / POSITIONS_PER_BAND);
