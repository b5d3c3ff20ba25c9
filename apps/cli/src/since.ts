const WHILE = /^(\d{1,6})(s|m|h|d)$/;
const MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The time that "1h" (ago) or an RFC 3339 time names; undefined for neither. */
export function momentOf(text: string, now: number): string | undefined {
  const [, amount, unit] = WHILE.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined && isUnit(unit))
    return new Date(now - Number(amount) * MILLISECONDS[unit]).toISOString();
  // The contract judges it further; what is no date at all is ours to refuse.
  return /^\d{4}-\d\d-\d\dT/.test(text) ? text : undefined;
}

function isUnit(unit: string): unit is keyof typeof MILLISECONDS {
  return Object.hasOwn(MILLISECONDS, unit);
}
