/**
 * The `most` weightiest of many, the weightiest first and equal ones as they came: what sorting all of them would begin
 * with, without sorting all of them.
 */
export function largest<Value>(
  values: readonly Value[],
  most: number,
  weightOf: (value: Value) => number,
): readonly Value[] {
  const weights = Float64Array.from(values, weightOf);
  // The weight of the last one that is in.
  const least = weights.toSorted()[Math.max(0, weights.length - most)] ?? 0;
  const heavier = weights.reduce((count, weight) => count + (weight > least ? 1 : 0), 0);
  let room = most - heavier;
  const chosen: { readonly value: Value; readonly weight: number }[] = [];
  for (const [index, value] of values.entries()) {
    const weight = weights[index] ?? 0;
    if (weight < least) continue;
    if (weight === least && room === 0) continue;
    if (weight === least) room -= 1;
    chosen.push({ value, weight });
  }
  return chosen
    .toSorted((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : 0))
    .map(({ value }) => value);
}
