import type uPlot from "uplot";
import { tellQuantity } from "../../components/quantity.tsx";
import type { Drawn } from "./picture-columns.ts";
import { instantOf, type Moment, type Timeline } from "./timeline.ts";

export interface Ink {
  readonly line: string;
  readonly fill: string;
  readonly counted: string;
  readonly late: string;
  readonly surface: string;
  readonly text: string;
  readonly font: string;
}

/** The theme's colours as they are now. */
export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: of("--accent"),
    fill: of("--accent-soft"),
    counted: of("--counted"),
    late: of("--late"),
    surface: of("--surface"),
    text: of("--ink"),
    font: style.fontFamily,
  };
}

export interface Scene {
  readonly timeline: Timeline;
  readonly drawn: Drawn;
  readonly ink: Ink;
  /** A change that is pointed at. */
  readonly marked: Moment | undefined;
}

/** With more of them than this on the screen, marks and words would cover the line. */
const MARKS_MAX = 400;

/** The step line, its breaks at physical counts, and the marks of what arrived late. */
export function drawScene(plot: uPlot, scene: Scene): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - 8 * ratio, 0, bbox.width + 16 * ratio, bbox.top + bbox.height + 8 * ratio);
  ctx.clip();
  drawLine(plot, scene);
  drawCounts(plot, scene);
  drawLate(plot, scene);
  drawMarked(plot, scene);
  ctx.restore();
}

interface Place {
  readonly x: (pixel: number) => number;
  readonly y: (quantity: number) => number;
  readonly right: number;
}

function placeOf({ bbox, valToPos }: uPlot): Place {
  const ratio = devicePixelRatio;
  return {
    x: (pixel) => bbox.left + pixel * ratio,
    y: (quantity) => valToPos(quantity, "y", true),
    right: bbox.left + bbox.width,
  };
}

function drawLine(plot: uPlot, { drawn: { columns, atLeft }, ink }: Scene): void {
  const { ctx, bbox } = plot;
  const { x, y, right } = placeOf(plot);
  const line = new Path2D();
  const under = new Path2D();
  const zero = y(0);
  const level = (from: number, to: number, quantity: number) => {
    line.moveTo(from, y(quantity));
    line.lineTo(to, y(quantity));
    under.rect(from, Math.min(zero, y(quantity)), to - from, Math.abs(zero - y(quantity)));
  };
  let [left, quantity] = [bbox.left, atLeft];
  for (const { pixel, enter, low, high, leave, count } of columns) {
    if (quantity !== undefined) level(left, x(pixel), quantity);
    // A physical count is no way from here to there: the line breaks.
    if (count === undefined) {
      line.moveTo(x(pixel), y(Math.min(low, quantity ?? enter)));
      line.lineTo(x(pixel), y(Math.max(high, quantity ?? low)));
    }
    [left, quantity] = [x(pixel), leave];
  }
  if (quantity !== undefined) level(left, right, quantity);
  ctx.fillStyle = ink.fill;
  ctx.globalAlpha = 0.6;
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, no array
  ctx.fill(under);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ink.line;
  ctx.lineWidth = 1.75 * devicePixelRatio;
  ctx.lineCap = "round";
  ctx.stroke(line);
}

function drawCounts(plot: uPlot, { drawn: { columns }, timeline, ink }: Scene): void {
  const counts = columns.filter(({ count }) => count !== undefined);
  if (counts.length > MARKS_MAX) return;
  const { ctx } = plot;
  const { x, y } = placeOf(plot);
  const ratio = devicePixelRatio;
  ctx.strokeStyle = ink.counted;
  ctx.lineWidth = 1.5 * ratio;
  ctx.font = `600 ${11 * ratio}px ${ink.font}`;
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const { pixel, enter, leave, count = 0 } of counts) {
    const at = x(pixel);
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(at, y(enter));
    ctx.lineTo(at, y(leave));
    ctx.stroke();
    ctx.setLineDash([]);
    diamond(ctx, { x: at, y: y(leave), size: 4.5 * ratio }, ink.counted);
    const moment = timeline.moments[count];
    if (moment === undefined) continue;
    const words = wordsOf(moment);
    const width = ctx.measureText(words).width;
    // Words that would cover others are left to the pointer and the table.
    if (at - width / 2 < freeFrom) continue;
    freeFrom = at + width / 2 + 6 * ratio;
    write(ctx, { words, x: at, y: Math.min(y(enter), y(leave)) - 9 * ratio, ratio }, ink);
  }
}

/** "95 (−2)": what was counted, and how far the books were off. */
function wordsOf({ after, difference }: Moment): string {
  if (difference === "0") return tellQuantity(after);
  const sign = difference.startsWith("-") ? "" : "+";
  return `${tellQuantity(after)} (${sign}${tellQuantity(difference)})`;
}

function write(
  ctx: CanvasRenderingContext2D,
  { words, x, y, ratio }: { words: string; x: number; y: number; ratio: number },
  ink: Ink,
): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4 * ratio;
  ctx.strokeStyle = ink.surface;
  ctx.strokeText(words, x, y);
  ctx.fillStyle = ink.counted;
  ctx.fillText(words, x, y);
  ctx.strokeStyle = ink.counted;
  ctx.lineWidth = 1.5 * ratio;
}

/** A mark where a late change was inserted, and a thin way to where it arrived. */
function drawLate(plot: uPlot, { drawn, timeline, ink }: Scene): void {
  const late = timeline.moments.slice(drawn.first, drawn.end).filter(({ isLate }) => isLate);
  if (late.length > MARKS_MAX) return;
  const { ctx, bbox } = plot;
  const { y } = placeOf(plot);
  const ratio = devicePixelRatio;
  const floor = bbox.top + bbox.height;
  ctx.strokeStyle = ink.late;
  ctx.fillStyle = ink.late;
  ctx.lineWidth = ratio;
  for (const { at, after, change } of late) {
    const happened = plot.valToPos(at / 1_000, "x", true);
    const arrived = plot.valToPos(instantOf(change.createdAt) / 1_000, "x", true);
    const height = y(Number(after));
    if (late.length <= MARKS_MAX / 8) {
      ctx.globalAlpha = 0.55;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(happened, height);
      ctx.quadraticCurveTo((happened + arrived) / 2, floor, arrived, floor);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
      ctx.fillRect(arrived - ratio, floor - 7 * ratio, 2 * ratio, 7 * ratio);
    }
    triangle(ctx, { x: happened, y: height + 5 * ratio, size: 5 * ratio });
  }
}

function drawMarked(plot: uPlot, { marked, ink }: Scene): void {
  if (marked === undefined) return;
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  const x = plot.valToPos(marked.at / 1_000, "x", true);
  const y = plot.valToPos(Number(marked.after), "y", true);
  ctx.strokeStyle = ink.text;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.arc(x, y, 8 * ratio, 0, Math.PI * 2);
  ctx.stroke();
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function diamond(ctx: CanvasRenderingContext2D, { x, y, size }: Mark, colour: string): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.fill();
}

function triangle(ctx: CanvasRenderingContext2D, { x, y, size }: Mark): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + size, y + size * 1.6);
  ctx.lineTo(x - size, y + size * 1.6);
  ctx.fill();
}
