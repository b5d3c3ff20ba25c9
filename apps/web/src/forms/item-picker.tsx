import { Combobox } from "@base-ui/react/combobox";
import { CircleAlert } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { useCatalog } from "../ledger/catalog-index.ts";
import { fullName, type Variation } from "../ledger/variation.ts";
import { found } from "../pages/stock/rows.ts";

const SHOWN = 8;

/**
 * Finds an item by name, SKU or barcode. A scanner types the whole code and presses Enter: what it names
 * exactly stands first and is taken.
 */
export function ItemPicker({
  value,
  onChange,
  error,
}: {
  readonly value: string;
  readonly onChange: (catalogObjectId: string) => void;
  readonly error?: string | undefined;
}) {
  const id = useId();
  const { variations, byId } = useCatalog();
  const chosen = byId.get(value) ?? null;
  const [text, setText] = useState(chosen === null ? value : labelOf(chosen));
  const items = useMemo(() => {
    const isLabel = chosen !== null && text === labelOf(chosen);
    return first(variations, isLabel ? "" : text);
  }, [variations, text, chosen]);
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        Item
      </label>
      <Combobox.Root
        items={items}
        filter={null}
        autoHighlight
        value={chosen}
        onValueChange={(next: Variation | null) => onChange(next?.id ?? "")}
        inputValue={text}
        onInputValueChange={setText}
        itemToStringLabel={labelOf}
      >
        <Combobox.Input
          id={id}
          placeholder="Name, SKU or barcode"
          autoFocus={value === ""}
          aria-describedby={`${id}-note`}
          aria-invalid={error !== undefined}
          className="h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-sm aria-invalid:border-danger"
        />
        <Combobox.Portal>
          <Combobox.Positioner sideOffset={4} className="z-60">
            <Combobox.Popup className="max-h-80 w-(--anchor-width) overflow-auto rounded-lg border border-line bg-surface p-1 text-sm shadow-raised">
              <Combobox.Empty className="px-2 py-3 text-muted empty:hidden">
                Nothing is called that.
              </Combobox.Empty>
              <Combobox.List>
                {(item: Variation) => (
                  <Combobox.Item
                    key={item.id}
                    value={item}
                    className="flex cursor-pointer justify-between gap-4 rounded-md px-2 py-1.5 data-highlighted:bg-accent-soft"
                  >
                    <span>{fullName(item)}</span>
                    <span className="font-mono text-xs text-muted">{item.sku}</span>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      <p id={`${id}-note`} className="flex items-start gap-1 text-xs text-danger empty:hidden">
        {error === undefined ? null : (
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
        )}
        {error}
      </p>
    </div>
  );
}

function labelOf(item: Variation): string {
  return item.sku === undefined ? fullName(item) : `${fullName(item)} (${item.sku})`;
}

function first(variations: readonly Variation[], text: string): readonly Variation[] {
  const wanted = text.trim();
  const exact = variations.filter(({ sku, upc, id }) => [sku, upc, id].includes(wanted));
  const rest = found(variations, wanted).filter((item) => !exact.includes(item));
  return [...exact, ...rest.slice(0, SHOWN)];
}
