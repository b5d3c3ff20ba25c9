/** Horizontal bars with their values: what a table of one figure a row says at a glance. */
export interface BarChart {
  readonly title: string;
  /** What the bars measure, with its unit. */
  readonly measure: string;
  readonly bars: readonly Bar[];
}
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Smallest and largest of the windows: drawn as a whisker. */
  readonly low: number;
  readonly high: number;
  /** Written behind the bar. */
  readonly text: string;
  /** Ours are drawn darker than what they are compared with. */
  readonly ours: boolean;
}

const WIDTH = 880;
const ROW = 24;
const TOP = 56;
const LABELS = 360;
const VALUES = 110;
const FONT = "system-ui, sans-serif";

/** A picture that stands on light and dark pages alike. */
export function barChart({ title, measure, bars }: BarChart): string {
  const largest = Math.max(...bars.map(({ value, high }) => Math.max(value, high)), 0);
  const scale = largest === 0 ? 0 : (WIDTH - LABELS - VALUES) / largest;
  const height = TOP + bars.length * ROW + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `role="img" aria-label="${escaped(title)}" font-family="${FONT}" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(title, { x: 16, y: 24, size: 16, weight: 600 }),
    text(measure, { x: 16, y: 43, colour: "#57606a" }),
    ...bars.flatMap((bar, index) => drawn(bar, { y: TOP + index * ROW, scale })),
    "</svg>",
    "",
  ].join("\n");
}

function drawn(bar: Bar, { y, scale }: { y: number; scale: number }): string[] {
  const width = round(bar.value * scale);
  const [low, high] = [round(LABELS + bar.low * scale), round(LABELS + bar.high * scale)];
  const middle = y + 8;
  const end = Math.max(LABELS + width, high);
  return [
    text(bar.label, { x: LABELS - 10, y: y + 13, anchor: "end" }),
    `<rect x="${LABELS}" y="${y}" width="${width}" height="16" rx="2" fill="${bar.ours ? "#1f6feb" : "#afb8c1"}"/>`,
    ...(high - low < 2
      ? []
      : [
          `<path d="M${low} ${middle}H${high}M${low} ${y + 4}v8M${high} ${y + 4}v8" stroke="#24292f"/>`,
        ]),
    text(bar.text, { x: end + 8, y: y + 13 }),
  ];
}

interface Style {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly anchor?: "end";
}

function text(content: string, { x, y, size, weight, colour = "#24292f", anchor }: Style): string {
  const more = [
    size === undefined ? "" : ` font-size="${size}"`,
    weight === undefined ? "" : ` font-weight="${weight}"`,
    anchor === undefined ? "" : ` text-anchor="${anchor}"`,
  ].join("");
  return `<text x="${round(x)}" y="${y}" fill="${colour}"${more}>${escaped(content)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function escaped(content: string): string {
  return content
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
