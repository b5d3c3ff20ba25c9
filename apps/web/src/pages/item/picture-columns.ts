import { countUpTo, type Timeline } from "./timeline.ts";

/** What one column of pixels shows of the line. */
export interface PixelColumn {
  /** From the window's left edge. */
  readonly pixel: number;
  /** Where the line comes in, the ends it reaches, and where it goes out. */
  readonly enter: number;
  readonly low: number;
  readonly high: number;
  readonly leave: number;
  /** Index of the physical count, when it is the only thing here. */
  readonly count: number | undefined;
}

export interface Drawn {
  readonly columns: readonly PixelColumn[];
  /** What there was at the left edge; `undefined` before the first change. */
  readonly atLeft: number | undefined;
  /** Of the first moment in the window, and of the first after it. */
  readonly first: number;
  readonly end: number;
}

/** The window's extent: milliseconds since 1970, and its width in pixels. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

/**
 * The line as far as a screen can show it: at most one entry a column of pixels, however many changes fall
 * into it, with the highest and the lowest of them. A spike of one change among a hundred thousand stays.
 */
export function drawnIn(
  { at, before, after, moments }: Timeline,
  { from, to, pixels }: Window,
): Drawn {
  const first = countUpTo(at, from - 1e-6);
  const end = countUpTo(at, to);
  const columns: PixelColumn[] = [];
  const scale = pixels / (to - from);
  let index = first;
  while (index < end) {
    const begin = index;
    const pixel = Math.round(((at[begin] ?? 0) - from) * scale);
    // Until the first instant that rounds to another column.
    const edge = from + (pixel + 0.5) / scale;
    const enter = before[begin] ?? 0;
    let [low, high] = [enter, enter];
    while (index < end && (index === begin || (at[index] ?? 0) < edge)) {
      const value = after[index] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
      index += 1;
    }
    const isAlone = index === begin + 1 && moments[begin]?.isCount === true;
    const leave = after[index - 1] ?? 0;
    columns.push({ pixel, enter, low, high, leave, count: isAlone ? begin : undefined });
  }
  const atLeft = first > 0 ? after[first - 1] : undefined;
  return { columns, atLeft, first, end };
}

/** The lowest and the highest of what is drawn, with zero, so that heights compare. */
export function reach({ columns, atLeft }: Drawn): readonly [low: number, high: number] {
  let [low, high] = [Math.min(0, atLeft ?? 0), Math.max(0, atLeft ?? 0)];
  for (const column of columns) {
    low = Math.min(low, column.low);
    high = Math.max(high, column.high);
  }
  return low === high ? [0, 1] : [low, high];
}
