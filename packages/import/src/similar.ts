/** Steps (insert, drop, replace, swap neighbours) from one text to the other. */
export function distance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      const swapped =
        i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row[j] = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    rows.push(row);
  }
  return rows[left.length]?.[right.length] ?? 0;
}

/** Up to three of the known names that were probably meant, nearest first. */
export function similar(given: string, known: Iterable<string>): string[] {
  const wanted = given.toLowerCase();
  const near = new Map<string, number>();
  for (const name of known) {
    const other = name.toLowerCase();
    const steps = distance(wanted, other);
    const most = Math.max(1, Math.floor(Math.max(wanted.length, other.length) * 0.4));
    if (steps <= most) near.set(name, steps);
    else if (wanted.length > 2 && other.includes(wanted)) near.set(name, most);
  }
  return [...near]
    .toSorted(([, a], [, b]) => a - b)
    .slice(0, 3)
    .map(([name]) => name);
}

/** `Did you mean A or B?`, or nothing. */
export function didYouMean(given: string, known: Iterable<string>): string | undefined {
  const names = similar(given, known).map((name) => `"${name}"`);
  if (names.length === 0) return undefined;
  const last = names.pop();
  return `Did you mean ${names.length === 0 ? last : `${names.join(", ")} or ${last}`}?`;
}
