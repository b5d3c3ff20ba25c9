import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import type { Span } from "./picture.tsx";
import type { Timeline } from "./timeline.ts";
import type { History } from "./use-history.ts";

const DAY = 86_400_000;
const USUAL = [
  { days: 1, label: "1 day" },
  { days: 7, label: "7 days" },
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
] as const;

/** From the first change to now, with a little room on both sides. */
export function spanOf({ at }: Timeline): Span {
  const now = Date.now();
  const first = at[0] ?? now;
  const last = Math.max(now, at.at(-1) ?? now);
  const room = Math.max(60_000, (last - first) * 0.02);
  return { from: Math.round(first - room), to: Math.round(last + room) };
}

/** How much of the history is on the screen. */
export function Spans({
  all,
  span,
  onSpan,
  changes,
  history,
}: {
  readonly all: Span;
  readonly span: Span;
  readonly onSpan: (span: Span | undefined) => void;
  readonly changes: number;
  readonly history: History;
}) {
  const isAll = span.from === all.from && span.to === all.to;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {USUAL.filter(({ days }) => days * DAY < all.to - all.from).map(({ days, label }) => (
        <Chip
          key={days}
          on={!isAll && Math.abs(span.to - span.from - days * DAY) < 1_000}
          onToggle={() => onSpan({ from: all.to - days * DAY, to: all.to })}
        >
          {label}
        </Chip>
      ))}
      <Chip on={isAll} onToggle={() => onSpan(undefined)}>
        All
      </Chip>
      <Button look="quiet" className="h-8" onClick={() => onSpan(zoomed(span, 0.5))}>
        Zoom in
      </Button>
      <Button look="quiet" className="h-8" onClick={() => onSpan(zoomed(span, 2))}>
        Zoom out
      </Button>
      <span role="status" className="ml-auto text-sm text-muted">
        {changes.toLocaleString("en")} {changes === 1 ? "change" : "changes"}
        {history.isComplete ? "" : " so far…"}
      </span>
      <Legend />
    </div>
  );
}

function zoomed({ from, to }: Span, by: number): Span {
  const middle = (from + to) / 2;
  const half = ((to - from) * by) / 2;
  return { from: middle - half, to: middle + half };
}

/** What the marks of the picture mean. */
function Legend() {
  return (
    <ul className="flex w-full flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
      <li className="flex items-center gap-1.5">
        <svg aria-hidden className="h-3 w-5" viewBox="0 0 20 12">
          <path d="M0 3h10v6h10" fill="none" className="stroke-accent" strokeWidth="2" />
        </svg>
        quantity
      </li>
      <li className="flex items-center gap-1.5">
        <svg aria-hidden className="h-3 w-3" viewBox="0 0 12 12">
          <path d="M6 0l6 6-6 6-6-6z" className="fill-counted" />
        </svg>
        counted, with how far the books were off
      </li>
      <li className="flex items-center gap-1.5">
        <svg aria-hidden className="h-3 w-3" viewBox="0 0 12 12">
          <path d="M6 1l6 10H0z" className="fill-late" />
        </svg>
        arrived late: where it belongs, and the way to when it came
      </li>
    </ul>
  );
}
