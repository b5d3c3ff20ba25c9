import type { Change, Location } from "@bincard/contracts";
import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { ClipboardCheck, Dot, Minus, MoveRight, Plus, ShoppingBag, Trash2 } from "lucide-react";
import { type KeyboardEvent, memo, useEffect, useMemo, useRef } from "react";
import { Moment } from "../../components/moment.tsx";
import { atThePoint, placesOf as decimalsOf, Quantity } from "../../components/quantity.tsx";
import { fullName, type Variation } from "../../ledger/variation.ts";
import { tellVerb } from "../item/tell-change.ts";
import { kindOf, placesOf } from "./kinds.ts";
import type { Kind } from "./search.ts";

const ROW = 40;
const HEAD = 32;
const ICONS: Readonly<Record<Kind, typeof Dot>> = {
  received: Plus,
  sold: ShoppingBag,
  wasted: Trash2,
  counted: ClipboardCheck,
  moved: MoveRight,
  other: Minus,
};

interface Names {
  readonly items: ReadonlyMap<string, Variation>;
  readonly locations: ReadonlyMap<string, string>;
}

/** The feed, newest first. Arrow keys go along it, Enter opens what is pointed at. */
export function FeedList({
  changes,
  items,
  locations,
  chosen,
  onChoose,
}: {
  readonly changes: readonly Change[];
  readonly items: ReadonlyMap<string, Variation>;
  readonly locations: readonly Location[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: changes.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    getItemKey: (index) => changes[index]?.position ?? index,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    overscan: 10,
  });
  const names = useMemo(
    () => ({ items, locations: new Map(locations.map(({ id, name }) => [id, name])) }),
    [items, locations],
  );
  const decimals = useMemo(() => decimalsOf(changes.map(({ quantity }) => quantity)), [changes]);
  const at = changes.findIndex(({ id }) => id === chosen);
  /** Where the keys have gone to: they may come faster than the address follows. */
  const ahead = useRef<string>(undefined);
  useEffect(() => {
    if (ahead.current === chosen) ahead.current = undefined;
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const from = changes.findIndex(({ id }) => id === (ahead.current ?? chosen));
    const next = Math.max(0, Math.min(changes.length - 1, from + step));
    const change = changes[next];
    if (change === undefined) return;
    if (change.id !== chosen) ahead.current = change.id;
    onChoose(change.id);
    virtual.scrollToIndex(next);
  };
  return (
    <div
      ref={scroll}
      role="listbox"
      aria-label="Changes"
      aria-activedescendant={at === -1 ? undefined : `change-${changes[at]?.position}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      style={atThePoint(decimals)}
      className="@container min-h-0 min-w-0 grow overflow-auto border-t border-line bg-surface text-sm focus-visible:-outline-offset-2"
    >
      <Heads />
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const change = changes[index];
          return change === undefined ? null : (
            <Row
              key={key}
              change={change}
              names={names}
              top={start - HEAD}
              isChosen={index === at}
              onChoose={onChoose}
            />
          );
        })}
      </div>
    </div>
  );
}

/** What the columns are, for the eye: each row says it in words. */
function Heads() {
  return (
    <div
      aria-hidden
      className="sticky top-0 z-10 flex h-8 items-center gap-3 border-b border-line bg-sunken px-4 text-xs font-medium text-muted md:px-6"
    >
      <span className="hidden w-36 shrink-0 @xl:block">Received</span>
      <span className="w-28 shrink-0">What</span>
      <span className="w-24 shrink-0 text-right">Quantity</span>
      <span className="min-w-0 grow">Item</span>
      <span className="hidden w-44 shrink-0 @3xl:block">Where</span>
      <span className="hidden w-40 shrink-0 @5xl:block">Reference</span>
      <span className="hidden w-20 shrink-0 text-right @4xl:block">Position</span>
    </div>
  );
}

const Row = memo(function Row({
  change,
  names,
  top,
  isChosen,
  onChoose,
}: {
  readonly change: Change;
  readonly names: Names;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: (id: string) => void;
}) {
  const kind = kindOf(change);
  const Icon = ICONS[kind];
  const item = names.items.get(change.catalogObjectId);
  const where = placesOf(change).map((id) => names.locations.get(id) ?? id);
  return (
    <div
      id={`change-${change.position}`}
      role="option"
      aria-selected={isChosen}
      onClick={() => onChoose(change.id)}
      style={{ top }}
      className={clsx(
        "absolute inset-x-0 flex h-10 cursor-pointer items-center gap-3 border-b border-line px-4 md:px-6",
        isChosen ? "bg-accent-soft" : "hover:bg-sunken",
      )}
    >
      <Moment
        time={change.createdAt}
        className="hidden w-36 shrink-0 text-muted tabular-nums @xl:block"
      />
      <span className="flex w-28 shrink-0 items-center gap-2">
        <Icon
          aria-hidden
          className={clsx("size-4", kind === "counted" ? "text-counted" : "text-muted")}
        />
        {tellVerb(change)}
      </span>
      <Quantity value={change.quantity} className="w-24 shrink-0" />
      <span className="min-w-0 grow truncate">
        {item === undefined ? change.catalogObjectId : fullName(item)}
        <span className="ml-2 hidden font-mono text-xs text-muted @4xl:inline">{item?.sku}</span>
      </span>
      <span className="hidden w-44 shrink-0 truncate text-muted @3xl:block">
        {where.join(" → ")}
      </span>
      <span className="hidden w-40 shrink-0 truncate text-muted @5xl:block">
        {change.referenceId}
      </span>
      <span className="hidden w-20 shrink-0 text-right text-xs text-muted tabular-nums @4xl:block">
        {change.position.toLocaleString("en")}
      </span>
    </div>
  );
});
