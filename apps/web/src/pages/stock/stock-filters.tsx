import type { Location } from "@bincard/contracts";
import { Bookmark, MapPin } from "lucide-react";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { later } from "../../components/later.tsx";
import { WindowFault } from "../../components/load-fault.tsx";
import { SearchBox } from "../../components/search-box.tsx";
import { type Only, statesOf, type StockSearch, USUAL_LOW } from "./search.ts";

const LocationsWindow = later(
  async () => (await import("./locations-window.tsx")).LocationsWindow,
  { failed: WindowFault },
);
const ViewsWindow = later(async () => (await import("./views-window.tsx")).ViewsWindow, {
  failed: WindowFault,
});

type Set = (changed: Partial<Record<keyof StockSearch, string | undefined>>) => void;

/** What is shown of the stock: words, states, places, and what needs a look. */
export function StockFilters({
  search,
  set,
  locations,
}: {
  readonly search: StockSearch;
  readonly set: Set;
  readonly locations: readonly Location[];
}) {
  const { only = "all", low = USUAL_LOW } = search;
  const states = statesOf(search.show);
  const toggle = (state: "stock" | "waste") => {
    const next = states.includes(state)
      ? states.filter((shown) => shown !== state)
      : [...states, state];
    const shown = next.length === 2 ? "stock,waste" : next[0];
    set({ show: shown === "stock" || shown === undefined ? undefined : shown });
  };
  const choose = (choice: Exclude<Only, "all">) =>
    set({ only: only === choice ? undefined : choice });
  return (
    <div className="flex shrink-0 items-center gap-2 overflow-x-auto px-4 pt-1 pb-3 md:px-6">
      <SearchBox
        label="Find items"
        placeholder="Name, SKU or barcode"
        value={search.q ?? ""}
        onSearch={(q) => set({ q: q === "" ? undefined : q })}
      />
      <Chip on={states.includes("stock")} onToggle={() => toggle("stock")}>
        In stock
      </Chip>
      <Chip on={states.includes("waste")} onToggle={() => toggle("waste")}>
        Waste
      </Chip>
      <span aria-hidden className="h-5 border-l border-line" />
      <Chip on={only === "low"} onToggle={() => choose("low")}>
        Low
      </Chip>
      <Chip on={only === "negative"} onToggle={() => choose("negative")}>
        Below zero
      </Chip>
      <LowField low={low} onLow={(next) => set({ low: next })} />
      <span aria-hidden className="grow" />
      <Opening
        label={
          search.at === undefined ? "All locations" : `${search.at.split(",").length} locations`
        }
        icon={<MapPin aria-hidden className="size-4" />}
      >
        {(anchor, onClose) => (
          <LocationsWindow {...{ anchor, onClose, locations, set }} at={search.at} />
        )}
      </Opening>
      <Opening label="Views" icon={<Bookmark aria-hidden className="size-4" />}>
        {(anchor, onClose) => <ViewsWindow {...{ anchor, onClose, search }} />}
      </Opening>
    </div>
  );
}

/** A button whose window is loaded when it is first opened. */
function Opening({
  label,
  icon,
  children,
}: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: (
    anchor: RefObject<HTMLButtonElement | null>,
    onClose: () => void,
  ) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={button} className="h-8" aria-expanded={open} onClick={() => setOpen(!open)}>
        {icon}
        {label}
      </Button>
      {open ? children(button, () => setOpen(false)) : null}
    </>
  );
}

/** What is typed stays as it is typed; what is a number counts. */
function LowField({ low, onLow }: { readonly low: string; readonly onLow: (low: string) => void }) {
  const [text, setText] = useState(low);
  return (
    <label className="flex shrink-0 items-center gap-1.5 text-sm text-muted">
      low is
      <input
        aria-label="What counts as low"
        inputMode="decimal"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          if (/^\d{1,9}(\.\d{1,5})?$/.test(target.value)) onLow(target.value);
        }}
        onBlur={() => setText(low)}
        className="h-8 w-14 rounded-md border border-line-strong bg-surface px-2 text-right text-ink tabular-nums"
      />
      or less
    </label>
  );
}
