import type { Location } from "@bincard/contracts";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { ArrowDownAZ, ArrowUpZA } from "lucide-react";
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { atThePoint } from "../../components/quantity.tsx";
import { counts } from "../../ledger/counts.ts";
import type { Variation } from "../../ledger/variation.ts";
import { type Column, STATE_WORDS } from "./columns.ts";
import type { StockSearch } from "./search.ts";
import { begun, type Begun, type Cell, moved } from "./sheet-keys.ts";
import { SheetRow, SIZES } from "./sheet-row.tsx";

/** A cell that something is done to, and where it is on the screen. */
export interface Opened {
  readonly variation: Variation;
  readonly column: Column;
  readonly begun: Begun;
}

export interface SheetProps {
  readonly rows: readonly Variation[];
  readonly columns: readonly Column[];
  readonly locations: readonly Location[];
  readonly low: string;
  readonly places: number;
  readonly sort: StockSearch["sort"];
  readonly onSort: (sort: StockSearch["sort"]) => void;
  readonly onOpen: (opened: Opened) => void;
  readonly onItem: (variation: Variation) => void;
  /** What stands above the sheet at the cell it is about. */
  readonly editor?: { readonly at: Opened; readonly element: ReactNode } | undefined;
}

/** Items by locations. Only what is on the screen is in the page, however much there is. */
export function Sheet(props: SheetProps) {
  const { rows, columns, low, places, editor } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const nameWidth = useNameWidth(scroll, columns.length);
  const [active, setActive] = useState<Cell>({ row: 0, column: 1 });
  const hasTotal = columns.filter(({ state }) => state === "IN_STOCK").length > 1;
  const left = nameWidth + (hasTotal ? SIZES.total : 0);
  const { vertical, horizontal } = useSheetVirtualizers(scroll, { props, nameWidth, left });
  const shownRows = vertical.getVirtualItems();
  const shownColumns = horizontal.getVirtualItems();
  useWanted(rows, shownRows);
  const width = horizontal.getTotalSize();
  const goTo = (cell: Cell) => {
    setActive(cell);
    vertical.scrollToIndex(cell.row);
    if (cell.column > 0) horizontal.scrollToIndex(cell.column - 1);
  };
  const onKeyDown = useSheetKeys({ active, goTo, props, page: pageOf(scroll) });
  return (
    <div
      className="relative min-h-0 grow border-t border-line bg-surface"
      style={atThePoint(places)}
    >
      <div
        ref={scroll}
        role="grid"
        aria-label="Stock"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + (hasTotal ? 2 : 1)}
        aria-activedescendant={`cell-${active.row}-${active.column}`}
        tabIndex={0}
        className="absolute inset-0 overflow-auto text-sm focus-visible:outline-offset-[-2px]"
        onKeyDown={onKeyDown}
        onClick={(event) => {
          if (followLink(event, props)) return;
          const cell = cellAt(event.target);
          if (cell === undefined) return;
          const isAgain = cell.row === active.row && cell.column === active.column;
          setActive(cell);
          if (isAgain) open(props, cell, "Enter");
        }}
      >
        <div
          role="rowgroup"
          className="relative"
          style={{ height: vertical.getTotalSize(), width }}
        >
          <Head {...{ props, nameWidth, hasTotal, width }} shown={shownColumns} />
          {shownRows.map(({ index, start }) => {
            const variation = rows[index];
            return variation === undefined ? null : (
              <SheetRow
                key={variation.id}
                row={index}
                top={start}
                shown={shownColumns}
                active={active.row === index ? active.column : -1}
                {...{ width, nameWidth, variation, columns, hasTotal, low }}
              />
            );
          })}
        </div>
      </div>
      {editor === undefined ? null : (
        <Above {...{ props, left }} scroll={scroll} at={editor.at}>
          {editor.element}
        </Above>
      )}
    </div>
  );
}

function useSheetVirtualizers(
  scroll: RefObject<HTMLDivElement | null>,
  { props, nameWidth, left }: { props: SheetProps; nameWidth: number; left: number },
) {
  const getScrollElement = () => scroll.current;
  const vertical = useVirtualizer({
    count: props.rows.length,
    getScrollElement,
    estimateSize: () => SIZES.row,
    paddingStart: SIZES.head,
    scrollPaddingStart: SIZES.head,
    overscan: 8,
  });
  const horizontal = useVirtualizer({
    horizontal: true,
    count: props.columns.length,
    getScrollElement,
    estimateSize: () => SIZES.column,
    paddingStart: left,
    scrollPaddingStart: nameWidth,
    overscan: 2,
  });
  useEffect(() => horizontal.measure(), [horizontal, left]);
  return { vertical, horizontal };
}

/** What is scrolled past quicker than this is not read. */
const STILL_MILLISECONDS = 60;

/** The counts of what is on the screen are read. */
function useWanted(rows: readonly Variation[], shown: readonly VirtualItem[]): void {
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? -1];
  const wanted = useMemo(
    () => rows.slice(first, last + 1).map(({ id }) => id),
    [rows, first, last],
  );
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current && wanted.length > 0) {
      isFirst.current = false;
      counts.want(wanted);
      return undefined;
    }
    const timer = setTimeout(() => counts.want(wanted), STILL_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [wanted]);
}

const pageOf = (scroll: RefObject<HTMLDivElement | null>) => () =>
  Math.max(1, Math.floor(((scroll.current?.clientHeight ?? 0) - SIZES.head) / SIZES.row) - 1);

function useSheetKeys({
  active,
  goTo,
  props,
  page,
}: {
  readonly active: Cell;
  readonly goTo: (cell: Cell) => void;
  readonly props: SheetProps;
  readonly page: () => number;
}) {
  return (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const extent = { rows: props.rows.length, columns: props.columns.length + 1, page: page() };
    const to = moved(active, event, extent);
    if (to !== undefined) goTo(to);
    else if (!open(props, active, event)) return;
    event.preventDefault();
  };
}

/** Begins on a cell what the key stands for; on a name, opens its item. */
function open(
  { rows, columns, onOpen, onItem }: SheetProps,
  cell: Cell,
  pressed: Parameters<typeof begun>[0] | "Enter",
): boolean {
  const variation = rows[cell.row];
  if (variation === undefined) return false;
  const given =
    pressed === "Enter"
      ? { key: "Enter", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
      : pressed;
  const column = columns[cell.column - 1];
  if (column === undefined) {
    if (given.key !== "Enter") return false;
    onItem(variation);
    return true;
  }
  const beginning = begun(given, column.state);
  if (beginning === undefined) return false;
  onOpen({ variation, column, begun: beginning });
  return true;
}

/** A plain click on a name goes there within the page; any other is the browser's. */
function followLink(event: MouseEvent<HTMLElement>, { rows, onItem }: SheetProps): boolean {
  if (!(event.target instanceof Element)) return false;
  const link = event.target.closest("a");
  if (link === null) return false;
  const row = Number(link.closest("[data-cell]")?.id.split("-")[1]);
  const variation = rows[row];
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (variation !== undefined && isPlain) {
    event.preventDefault();
    onItem(variation);
  }
  return true;
}

function cellAt(target: EventTarget): Cell | undefined {
  if (!(target instanceof Element) || target.closest("a") !== null) return undefined;
  const id = target.closest("[data-cell]")?.id.split("-");
  return id === undefined ? undefined : { row: Number(id[1]), column: Number(id[2]) };
}

function Head({
  props: { columns, sort, onSort },
  nameWidth,
  hasTotal,
  width,
  shown,
}: {
  readonly props: SheetProps;
  readonly nameWidth: number;
  readonly hasTotal: boolean;
  readonly width: number;
  readonly shown: readonly VirtualItem[];
}) {
  const manyStates = new Set(columns.map(({ state }) => state)).size > 1;
  const head =
    "absolute inset-y-0 flex flex-col justify-center border-r border-line px-3 text-right";
  return (
    <div
      role="row"
      aria-rowindex={1}
      style={{ width, height: SIZES.head }}
      className="sticky top-0 z-20 border-b border-line bg-sunken font-medium"
    >
      <div
        role="columnheader"
        aria-colindex={1}
        aria-sort={sort === undefined ? "ascending" : sort === "-name" ? "descending" : "none"}
        style={{ width: nameWidth }}
        className="sticky left-0 z-10 flex h-full items-center border-r border-line bg-sunken px-4"
      >
        <button
          type="button"
          tabIndex={-1}
          className="flex items-center gap-1.5"
          onClick={() => onSort(sort === undefined ? "-name" : undefined)}
        >
          Item
          {sort === "-name" ? (
            <ArrowUpZA aria-hidden className="size-3.5 text-muted" />
          ) : (
            <ArrowDownAZ aria-hidden className="size-3.5 text-muted" />
          )}
        </button>
      </div>
      {hasTotal ? (
        <div
          role="columnheader"
          aria-colindex={2}
          style={{ left: nameWidth, width: SIZES.total }}
          className={head}
        >
          All
        </div>
      ) : null}
      {shown.map(({ index, start, size }) => {
        const column = columns[index];
        if (column === undefined) return null;
        return (
          <div
            key={column.key}
            role="columnheader"
            aria-colindex={index + (hasTotal ? 3 : 2)}
            style={{ left: start, width: size }}
            className={head}
          >
            <span className="truncate" title={column.location.name}>
              {column.location.name}
            </span>
            {manyStates || column.state === "WASTE" ? (
              <span className="text-xs font-normal text-muted">{STATE_WORDS[column.state]}</span>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

const EDITOR = { width: 400, height: 300 };

/** Beside its cell, and within the sheet. It is no part of the grid, which holds rows alone. */
function Above({
  props: { rows, columns },
  left,
  scroll,
  at,
  children,
}: {
  readonly props: SheetProps;
  readonly left: number;
  readonly scroll: RefObject<HTMLDivElement | null>;
  readonly at: Opened;
  readonly children: ReactNode;
}) {
  const row = rows.indexOf(at.variation);
  const column = columns.indexOf(at.column);
  const view = scroll.current;
  const top = SIZES.head + row * SIZES.row - (view?.scrollTop ?? 0);
  const start = left + column * SIZES.column - (view?.scrollLeft ?? 0);
  const room = { width: view?.clientWidth ?? 0, height: view?.clientHeight ?? 0 };
  const below = top + SIZES.row + EDITOR.height <= room.height;
  return (
    <div
      className="absolute z-30"
      style={{
        left: Math.max(8, Math.min(start, room.width - EDITOR.width - 8)),
        width: Math.min(EDITOR.width, room.width - 16),
        ...(below
          ? { top: Math.max(SIZES.head, top + SIZES.row + 2) }
          : { bottom: Math.max(8, room.height - top + 2) }),
      }}
    >
      {children}
    </div>
  );
}

/** Narrow screens give the name less, and few columns leave it more. */
function useNameWidth(scroll: RefObject<HTMLDivElement | null>, columns: number): number {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null) return undefined;
    const look = () => setRoom(element.clientWidth);
    look();
    const sized = new ResizeObserver(look);
    sized.observe(element);
    return () => sized.disconnect();
  }, [scroll]);
  if (room < 640) return SIZES.narrowName;
  const others = SIZES.total + columns * SIZES.column;
  return Math.max(SIZES.name, Math.min(SIZES.wideName, room - others));
}
