import { CornerDownRight } from "lucide-react";
import { tellMoment } from "../../components/moment.tsx";
import { Quantity } from "../../components/quantity.tsx";
import type { Hover } from "./picture.tsx";
import { tellWhat } from "./tell-change.ts";
import { countUpTo, type Moment, type Timeline } from "./timeline.ts";

/** What there was at the instant under the pointer; or the change that is pointed at by keyboard or click. */
export function Pointed({
  timeline,
  hover,
  marked,
}: {
  readonly timeline: Timeline;
  readonly hover: Hover | undefined;
  readonly marked: Moment | undefined;
}) {
  return (
    <>
      {hover === undefined ? null : <AtInstant {...{ timeline, hover }} />}
      <figcaption aria-live="polite" className="min-h-6 px-1 pt-1 text-sm text-muted">
        {marked === undefined ? (
          "Drag to zoom, double click for all. With the keyboard: arrows go from change to change, + and − zoom."
        ) : (
          <span>
            <Told moment={marked} />
          </span>
        )}
      </figcaption>
    </>
  );
}

function AtInstant({ timeline, hover }: { readonly timeline: Timeline; readonly hover: Hover }) {
  const last = timeline.moments[countUpTo(timeline.at, hover.at) - 1];
  const isRight = hover.left > 420;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-3 z-10 max-w-72 rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-raised"
      style={
        isRight
          ? { left: hover.left - 12, transform: "translateX(-100%)" }
          : { left: hover.left + 12 }
      }
    >
      <p className="text-xs text-muted">{tellMoment(new Date(hover.at).toISOString())}</p>
      <p className="text-base font-semibold">
        {last === undefined ? "Nothing yet" : <Quantity value={last.after} />}
      </p>
      {last === undefined ? null : (
        <p className="flex gap-1.5 text-xs text-muted">
          <CornerDownRight aria-hidden className="mt-0.5 size-3 shrink-0" />
          <span>
            <Told moment={last} />
          </span>
        </p>
      )}
    </div>
  );
}

/** "Counted 95, 2 fewer than the books said, 22 Nov, 13:30:00" */
function Told({ moment }: { readonly moment: Moment }) {
  const { change, isLate } = moment;
  return (
    <>
      {tellWhat(moment)}, {tellMoment(change.occurredAt)}
      {isLate ? ` (arrived late, ${tellMoment(change.createdAt)})` : ""}
    </>
  );
}
