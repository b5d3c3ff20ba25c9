import type { Location } from "@bincard/contracts";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { ArrowDown, ArrowUp, Clock } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { Moment as When } from "../../components/moment.tsx";
import { atThePoint, placesOf, Quantity } from "../../components/quantity.tsx";
import { tellVerb } from "./tell-change.ts";
import { instantOf, type Moment } from "./timeline.ts";

const ROW = 36;
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const helper = createColumnHelper<typeof features, Moment>();

const LOOKS: Readonly<Record<string, string>> = {
  at: "w-44",
  what: "w-48",
  difference: "w-28 justify-end",
  after: "w-28 justify-end font-medium",
  received: "w-44",
  who: "w-36",
  reference: "w-28",
  position: "w-20 justify-end text-muted",
};

/** Whose history it is, and what the places are called. */
interface Names {
  readonly here: string;
  readonly of: (locationId: string) => string;
}

function columnsOf(names: Names) {
  return helper.columns([
    helper.accessor("at", {
      header: "Occurred",
      cell: ({ row }) => <When time={row.original.change.occurredAt} />,
    }),
    helper.accessor(({ change }) => tellVerb(change), {
      id: "what",
      header: "What",
      cell: ({ row }) => <What moment={row.original} names={names} />,
    }),
    helper.accessor(({ difference }) => Number(difference), {
      id: "difference",
      header: "Change",
      cell: ({ row: { original } }) => (
        <Quantity
          value={original.difference}
          signed
          className={original.isCount && original.difference !== "0" ? "text-counted" : ""}
        />
      ),
    }),
    helper.accessor(({ after }) => Number(after), {
      id: "after",
      header: "Then",
      cell: ({ row }) => <Quantity value={row.original.after} />,
    }),
    helper.accessor(({ change }) => instantOf(change.createdAt), {
      id: "received",
      header: "Received",
      cell: ({ row: { original } }) => (
        <span className={clsx("flex items-center gap-1.5", original.isLate && "text-late")}>
          <When time={original.change.createdAt} />
          {original.isLate ? <Clock aria-label="late" className="size-3.5" /> : null}
        </span>
      ),
    }),
    helper.accessor(({ change }) => whoOf(change), { id: "who", header: "Who" }),
    helper.accessor(({ change }) => change.referenceId ?? "", {
      id: "reference",
      header: "Reference",
    }),
    helper.accessor(({ change }) => change.position, {
      id: "position",
      header: "Feed",
      cell: ({ row }) => (
        <span className="tabular-nums">{row.original.change.position.toLocaleString("en")}</span>
      ),
    }),
  ]);
}

function whoOf({ employeeId, teamMemberId, source }: Moment["change"]): string {
  const person = employeeId ?? teamMemberId;
  return person === undefined ? source.name : `${person}, ${source.name}`;
}

function What({
  moment: { change, isCount },
  names,
}: {
  readonly moment: Moment;
  readonly names: Names;
}) {
  const isMove = change.type !== "PHYSICAL_COUNT" && change.fromLocationId !== change.toLocationId;
  return (
    <span className="truncate">
      <span className={isCount ? "font-medium text-counted" : ""}>{tellVerb(change)}</span>
      {isMove ? <span className="text-muted"> {otherEnd(change, names)}</span> : null}
    </span>
  );
}

type Moved = Exclude<Moment["change"], { type: "PHYSICAL_COUNT" }>;

/** "to Riverside", seen from here. */
function otherEnd({ fromLocationId, toLocationId }: Moved, { here, of }: Names): string {
  return fromLocationId === here ? `to ${of(toLocationId)}` : `from ${of(fromLocationId)}`;
}

/** The same as the picture, in words: every change of the window, in any order. */
export function HistoryTable({
  moments,
  here,
  locations,
  marked,
  onMark,
}: {
  readonly moments: readonly Moment[];
  /** The location whose history it is. */
  readonly here: string;
  readonly locations: readonly Location[];
  readonly marked: Moment | undefined;
  readonly onMark: (moment: Moment) => void;
}) {
  const columns = useMemo(() => {
    const names = new Map(locations.map(({ id, name }) => [id, name]));
    return columnsOf({ here, of: (id) => names.get(id) ?? id });
  }, [here, locations]);
  const table = useHistoryTable(columns, moments);
  const { rows } = table.getRowModel();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    paddingStart: ROW,
    scrollPaddingStart: ROW,
    overscan: 10,
  });
  const markedAt = marked === undefined ? -1 : rows.findIndex(({ id }) => id === marked.change.id);
  useEffect(() => {
    if (markedAt >= 0) virtual.scrollToIndex(markedAt);
  }, [virtual, markedAt]);
  const places = useMemo(
    () => placesOf(moments.flatMap(({ after, difference }) => [after, difference])),
    [moments],
  );
  return (
    <div
      ref={scroll}
      tabIndex={0}
      role="region"
      aria-label="History"
      style={atThePoint(places)}
      className="relative h-96 overflow-auto rounded-lg border border-line bg-surface text-sm"
    >
      <div
        role="table"
        aria-label="Changes of this item"
        aria-rowcount={rows.length + 1}
        className="relative w-max min-w-full"
        style={{ height: virtual.getTotalSize() }}
      >
        <Head table={table} />
        <div role="rowgroup">
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={index === markedAt}
                onClick={() => onMark(row.original)}
                style={{ top: start }}
                className={clsx(
                  "absolute left-0 flex h-9 w-full cursor-pointer border-b border-line hover:bg-sunken",
                  index === markedAt && "bg-accent-soft hover:bg-accent-soft",
                )}
              >
                <Cells table={table} row={row} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

type HistoryTableModel = ReturnType<typeof useHistoryTable>;

function useHistoryTable(columns: ReturnType<typeof columnsOf>, moments: readonly Moment[]) {
  const data = useMemo(() => [...moments], [moments]);
  return useTable({
    features,
    columns,
    data,
    enableSortingRemoval: false,
    getRowId: ({ change }) => change.id,
    initialState: { sorting: [{ id: "at", desc: true }] },
  });
}

function Head({ table }: { readonly table: HistoryTableModel }) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10">
      {table.getHeaderGroups().map((group) => (
        <div
          key={group.id}
          role="row"
          aria-rowindex={1}
          className="flex h-9 border-b border-line bg-sunken font-medium"
        >
          {group.headers.map((header) => {
            const sorted = header.column.getIsSorted();
            return (
              <div
                key={header.id}
                role="columnheader"
                aria-sort={
                  sorted === false ? "none" : sorted === "asc" ? "ascending" : "descending"
                }
                className={clsx("flex items-center px-3", LOOKS[header.id])}
              >
                <button
                  type="button"
                  className="flex items-center gap-1"
                  onClick={header.column.getToggleSortingHandler()}
                >
                  <table.FlexRender header={header} />
                  {sorted === "asc" ? <ArrowUp aria-hidden className="size-3" /> : null}
                  {sorted === "desc" ? <ArrowDown aria-hidden className="size-3" /> : null}
                </button>
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function Cells({
  table,
  row,
}: {
  readonly table: HistoryTableModel;
  readonly row: ReturnType<HistoryTableModel["getRowModel"]>["rows"][number];
}) {
  return (
    <>
      {row.getAllCells().map((cell) => (
        <div
          key={cell.id}
          role="cell"
          className={clsx("flex items-center truncate px-3", LOOKS[cell.column.id])}
        >
          <table.FlexRender cell={cell} />
        </div>
      ))}
    </>
  );
}
