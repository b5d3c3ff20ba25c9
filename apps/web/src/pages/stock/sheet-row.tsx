import { sum } from "@bincard/client/sum";
import type { VirtualItem } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { memo } from "react";
import { Quantity } from "../../components/quantity.tsx";
import { useCountsOf } from "../../ledger/counts.ts";
import type { Variation } from "../../ledger/variation.ts";
import type { Column } from "./columns.ts";
import { SheetCell } from "./sheet-cell.tsx";

/** Pixels, for the sheet's rows and columns. */
export const SIZES = {
  row: 38,
  head: 46,
  name: 280,
  narrowName: 150,
  wideName: 620,
  total: 110,
  column: 124,
} as const;

export interface RowProps {
  readonly row: number;
  readonly top: number;
  readonly width: number;
  readonly nameWidth: number;
  readonly variation: Variation;
  readonly columns: readonly Column[];
  /** The columns that are on the screen. */
  readonly shown: readonly VirtualItem[];
  readonly hasTotal: boolean;
  /** Of the cell the keyboard is at; -1 in other rows. */
  readonly active: number;
  readonly low: string;
}

export const SheetRow = memo(function SheetRow(props: RowProps) {
  const { row, top, width, nameWidth, variation, columns, shown, hasTotal, active, low } = props;
  const counts = useCountsOf(variation.id);
  const isKnown = counts.knows(variation.id);
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      style={{ top, width, height: SIZES.row }}
      className="absolute left-0 contain-layout contain-style"
    >
      <NameCell {...{ row, nameWidth, variation }} isActive={active === 0} />
      {hasTotal ? <TotalCell {...{ variation, columns, nameWidth, isKnown }} /> : null}
      {shown.map(({ index, start, size }) => {
        const column = columns[index];
        if (column === undefined) return null;
        const key = { ...keyOf(column), catalogObjectId: variation.id };
        return (
          <SheetCell
            key={column.key}
            id={`cell-${row}-${index + 1}`}
            index={index + (hasTotal ? 3 : 2)}
            left={start}
            width={size}
            isKnown={isKnown}
            isActive={active === index + 1}
            low={column.state === "WASTE" ? undefined : low}
            {...counts.shown(key)}
          />
        );
      })}
    </div>
  );
});

const keyOf = ({ location, state }: Column) => ({ locationId: location.id, state });

function NameCell({
  row,
  nameWidth,
  variation: { id, itemName, variationName, sku },
  isActive,
}: Pick<RowProps, "row" | "nameWidth" | "variation"> & { readonly isActive: boolean }) {
  return (
    <div
      id={`cell-${row}-0`}
      data-cell={`cell-${row}-0`}
      role="rowheader"
      aria-colindex={1}
      aria-selected={isActive}
      style={{ width: nameWidth }}
      className={clsx(
        "sticky left-0 z-10 flex h-full items-center gap-2 border-r border-b border-line bg-surface px-4",
        isActive && "outline-2 -outline-offset-2 outline-accent",
      )}
    >
      {/* The sheet follows it: a router's link each would be the dearest part of a row that is scrolled by. */}
      <a
        href={`/items/${encodeURIComponent(id)}`}
        tabIndex={-1}
        className="min-w-0 grow truncate hover:underline"
        title={variationName === undefined ? itemName : `${itemName}, ${variationName}`}
      >
        {itemName}
        {variationName === undefined ? null : <span className="text-muted"> {variationName}</span>}
      </a>
      <span className="hidden max-w-28 shrink-0 truncate font-mono text-xs text-muted md:inline">
        {sku}
      </span>
    </div>
  );
}

/** Everything in stock at the locations that are shown. */
function TotalCell({
  variation,
  columns,
  nameWidth,
  isKnown,
}: Pick<RowProps, "variation" | "columns" | "nameWidth"> & { readonly isKnown: boolean }) {
  const counts = useCountsOf(variation.id);
  const quantities = columns
    .filter(({ state }) => state === "IN_STOCK")
    .flatMap((column) => {
      const { quantity } = counts.shown({ ...keyOf(column), catalogObjectId: variation.id });
      return quantity === undefined ? [] : [quantity];
    });
  return (
    <div
      role="gridcell"
      aria-colindex={2}
      style={{ left: nameWidth, width: SIZES.total }}
      className="absolute inset-y-0 flex items-center justify-end border-r border-b border-line bg-sunken px-3 text-muted"
    >
      {isKnown && quantities.length > 0 ? <Quantity value={quantities.reduce(sum, "0")} /> : null}
    </div>
  );
}
