import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { X } from "lucide-react";
import { memo, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "../../components/button.tsx";
import { Moment } from "../../components/moment.tsx";
import { atThePoint, Quantity } from "../../components/quantity.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { counts, useCountsOf, useLiveCounts } from "../../ledger/counts.ts";
import { fullName } from "../../ledger/variation.ts";
import { isQuantity } from "./count-sheet.ts";
import type { Listed, OpenSheet } from "./open-sheet.ts";
import { useLast, useLine, useList } from "./use-open-sheet.ts";

const ROW_PIXELS = 52;

interface LinesProps {
  readonly sheet: OpenSheet;
  readonly listed: Listed;
  /** The location whose numbers stand beside what is counted; `undefined` where they must not show. */
  readonly beside: string | undefined;
  readonly onSay: (id: string, quantity: string) => void;
  readonly onUnsay: (id: string) => void;
}

/** The lines of a sheet, however many thousands; the one counted last is in view. */
export const CountLines = memo(function CountLines(props: LinesProps) {
  const { sheet, listed, beside } = props;
  useList(sheet, listed);
  const size = sheet.sizeOf(listed);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: size,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  });
  const places = useSyncExternalStore(
    useCallback((listener) => counts.subscribe(listener), []),
    () => counts.places,
  );
  const last = useLast(sheet);
  useEffect(() => {
    const at = last === undefined ? -1 : sheet.indexOf(listed, last);
    if (at !== -1) rows.scrollToIndex(at, { align: "auto" });
    // Only when another line was counted, not whenever the list is drawn again.
  }, [last]);
  return (
    <div
      ref={scroller}
      role="table"
      aria-label="Count sheet"
      aria-rowcount={size + 1}
      tabIndex={0}
      className="min-h-0 grow overflow-auto border-t border-line bg-surface"
    >
      {beside === undefined ? null : <Live />}
      <div role="rowgroup" className="sticky top-0 z-10">
        <div
          role="row"
          className="flex h-9 items-center gap-2 border-b border-line bg-sunken sm:gap-4 px-4 text-xs font-medium text-muted md:px-6"
        >
          <span role="columnheader" className="min-w-0 grow">
            Item
          </span>
          {beside === undefined ? null : (
            <span role="columnheader" className="w-14 shrink-0 text-right sm:w-24">
              Ledger
            </span>
          )}
          <span role="columnheader" className="w-24 shrink-0 pr-2.5 text-right sm:w-28">
            Counted
          </span>
          <span role="columnheader" className="hidden w-36 shrink-0 sm:block">
            At
          </span>
          <span role="columnheader" className="w-9 shrink-0">
            <span className="sr-only">Clear</span>
          </span>
        </div>
      </div>
      <div
        role="rowgroup"
        className="relative"
        style={{ height: rows.getTotalSize(), ...atThePoint(places) }}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const id = sheet.idAt(listed, index);
          return id === undefined ? null : (
            <CountLine key={id} {...{ id, index, start, ...props }} />
          );
        })}
      </div>
    </div>
  );
});

interface LineProps extends LinesProps {
  readonly id: string;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
}

const CountLine = memo(function CountLine({
  id,
  index,
  start,
  sheet,
  beside,
  onSay,
  onUnsay,
}: LineProps) {
  const variation = useCatalog().byId.get(id);
  const name = variation === undefined ? id : fullName(variation);
  const { line, isLast } = useLine(sheet, id);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={clsx(
        "absolute inset-x-0 flex items-center gap-2 border-b border-line px-4 sm:gap-4 md:px-6",
        isLast && "bg-accent-soft",
      )}
      style={{ height: ROW_PIXELS, transform: `translateY(${start}px)` }}
    >
      <div role="rowheader" className="min-w-0 grow">
        <p className="truncate text-sm">{variation?.itemName ?? id}</p>
        <p className="truncate text-xs text-muted">
          {variation?.variationName === undefined ? null : `${variation.variationName} · `}
          <span className="font-mono">{variation?.sku ?? id}</span>
        </p>
      </div>
      {beside === undefined ? null : <LedgerCell id={id} locationId={beside} />}
      <span role="cell" className="w-24 shrink-0 sm:w-28">
        <QuantityBox
          key={line?.quantity ?? ""}
          label={`Counted, ${name}`}
          value={line?.quantity ?? ""}
          onSay={(quantity) => onSay(id, quantity)}
        />
      </span>
      <span role="cell" className="hidden w-36 shrink-0 text-xs text-muted sm:block">
        {line === undefined ? null : <Moment time={line.at} />}
      </span>
      <span role="cell" className="w-9 shrink-0">
        {line === undefined ? null : (
          <Button look="quiet" icon aria-label={`Clear ${name}`} onClick={() => onUnsay(id)}>
            <X aria-hidden className="size-4" />
          </Button>
        )}
      </span>
    </div>
  );
});

/** Keeps the ledger's numbers as they are now: there are sales during a count. */
function Live() {
  useLiveCounts();
  return null;
}

/** What the ledger says of a line at this moment. */
function LedgerCell({ id, locationId }: { readonly id: string; readonly locationId: string }) {
  const counts = useCountsOf(id);
  useEffect(() => counts.want([id]), [counts, id]);
  const { quantity } = counts.shown({ catalogObjectId: id, locationId, state: "IN_STOCK" });
  return (
    <span role="cell" className="w-14 shrink-0 text-right text-sm sm:w-24">
      {quantity === undefined && !counts.knows(id) ? (
        <span className="text-muted">…</span>
      ) : (
        <Quantity value={quantity ?? "0"} />
      )}
    </span>
  );
}

/** Takes the number when it is left, or with Enter, which goes on to the next line. */
function QuantityBox({
  label,
  value,
  onSay,
}: {
  readonly label: string;
  readonly value: string;
  readonly onSay: (quantity: string) => void;
}) {
  const [text, setText] = useState(value);
  const isWrong = text.trim() !== "" && !isQuantity(text.trim());
  const take = () => {
    const typed = text.trim();
    if (typed !== "" && typed !== value && isQuantity(typed)) onSay(typed);
  };
  return (
    <input
      inputMode="decimal"
      autoComplete="off"
      aria-label={label}
      aria-invalid={isWrong || undefined}
      title={isWrong ? "A number of 0 or more, with at most 5 places" : undefined}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        const boxes = [
          ...document.querySelectorAll<HTMLInputElement>('input[inputmode="decimal"]'),
        ];
        const next = boxes[boxes.indexOf(event.currentTarget) + 1];
        take();
        next?.focus();
      }}
      className="quantity h-9 w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm aria-invalid:border-danger"
    />
  );
}
