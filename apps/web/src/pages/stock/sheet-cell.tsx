import { clsx } from "clsx";
import { ArrowDown, CircleSlash2, TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { NoQuantity, Quantity } from "../../components/quantity.tsx";
import { type Standing, standingOf } from "./rows.ts";

const LOOKS: Readonly<Record<Standing, string>> = {
  plenty: "",
  low: "text-warn",
  out: "text-warn",
  negative: "text-danger",
};
const WORDS: Readonly<Record<Standing, string>> = {
  plenty: "",
  low: "low",
  out: "none left",
  negative: "below zero",
};

/** One quantity of the sheet. What is low or below zero has a mark and a word besides its colour. */
export const SheetCell = memo(function SheetCell({
  id,
  index,
  left,
  width,
  quantity,
  isKnown,
  isExpected,
  isActive,
  low,
}: {
  readonly id: string;
  /** Counted from 1, as screen readers count. */
  readonly index: number;
  readonly left: number;
  readonly width: number;
  readonly quantity: string | undefined;
  readonly isKnown: boolean;
  readonly isExpected: boolean;
  readonly isActive: boolean;
  /** `undefined` where little is good: waste. */
  readonly low: string | undefined;
}) {
  const isMoved = useMoved(isKnown ? (quantity ?? "") : undefined);
  return (
    <div
      id={id}
      role="gridcell"
      data-cell={id}
      aria-colindex={index}
      aria-selected={isActive}
      aria-busy={isExpected}
      style={{ left, width }}
      className={clsx(
        "absolute inset-y-0 flex items-center justify-end gap-1.5 border-r border-b border-line px-3",
        isActive && "z-1 outline-2 -outline-offset-2 outline-accent",
        isExpected && "italic",
      )}
    >
      {/* The key starts the flash anew at each move. */}
      {isMoved > 0 ? (
        <span key={isMoved} aria-hidden className="absolute inset-0 animate-moved" />
      ) : null}
      <Content {...{ quantity, isKnown, low }} />
    </div>
  );
});

function Content({
  quantity,
  isKnown,
  low,
}: {
  readonly quantity: string | undefined;
  readonly isKnown: boolean;
  readonly low: string | undefined;
}) {
  if (quantity === undefined && !isKnown)
    return <span aria-label="being read" className="h-3 w-8 rounded bg-sunken" />;
  if (quantity === undefined)
    return (
      <span className="text-muted" title="Never moved">
        <NoQuantity>
          <span aria-hidden>·</span>
          <span className="sr-only">never moved</span>
        </NoQuantity>
      </span>
    );
  const standing = low === undefined ? "plenty" : standingOf(quantity, low);
  return (
    <span className={clsx("flex items-center gap-1.5", LOOKS[standing])}>
      {standing === "negative" ? <TriangleAlert aria-hidden className="size-3.5" /> : null}
      {standing === "low" ? <ArrowDown aria-hidden className="size-3.5" /> : null}
      {standing === "out" ? <CircleSlash2 aria-hidden className="size-3.5" /> : null}
      <Quantity value={quantity} />
      {standing === "plenty" ? null : <span className="sr-only">, {WORDS[standing]}</span>}
    </span>
  );
}

/** How often a value that was known has changed since it is on the screen. */
function useMoved(value: string | undefined): number {
  const last = useRef(value);
  const moves = useRef(0);
  if (last.current !== undefined && value !== undefined && last.current !== value)
    moves.current += 1;
  useEffect(() => {
    last.current = value;
  }, [value]);
  return moves.current;
}
