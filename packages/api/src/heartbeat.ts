/** A subscription that has nothing to say says so this often, so that a dead connection shows. */
export const PING_MS = 5_000;
/** What clients are told to take for a dead connection. */
export const SILENCE_MS = 15_000;
