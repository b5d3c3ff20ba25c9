import type { Location } from "@bincard/contracts";
import { type ReactNode, useId } from "react";
import { type Choice, SelectField, TextField } from "../../components/field.tsx";
import { type Mapping, TIME_FORMATS } from "./mapping.ts";

export interface MappingFormProps {
  readonly mapping: Mapping;
  readonly columns: readonly string[];
  readonly locations: readonly Location[];
  readonly faults: Partial<Record<keyof Mapping, string>>;
  readonly onChange: (changed: Partial<Mapping>) => void;
}

const KINDS: readonly Choice[] = [
  { value: "count", label: "Counts: that many are there" },
  { value: "receive", label: "Receipts: that many came in" },
  { value: "sell", label: "Sales: that many were sold" },
  { value: "waste", label: "Losses: that many are spoiled or lost" },
];
const DELIMITERS: readonly Choice[] = [
  { value: ",", label: "Comma" },
  { value: ";", label: "Semicolon" },
  { value: "\t", label: "Tab" },
  { value: "|", label: "Bar" },
];
const ENCODINGS: readonly Choice[] = [
  { value: "utf8", label: "UTF-8" },
  { value: "latin1", label: "Latin-1" },
  { value: "utf16le", label: "UTF-16" },
];

/** One question for each thing a change says. */
export function MappingForm({ mapping, columns, locations, faults, onChange }: MappingFormProps) {
  const columnChoices = columns.map((column) => ({ value: column, label: column }));
  const optional = (label: string) => [{ value: "", label }, ...columnChoices];
  const select = (name: keyof Mapping, label: string, choices: readonly Choice[]) => (
    <SelectField
      label={label}
      value={String(mapping[name])}
      choices={choices}
      error={faults[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <section aria-label="What the columns mean" className="space-y-5">
      <h2 className="text-base font-semibold">What the columns mean</h2>
      <Grid>
        {select("kind", "Each row is one of", KINDS)}
        {select("quantity", "Number", optional("Choose a column"))}
      </Grid>
      <Grid>
        {select("item", "Item", optional("Choose a column"))}
        {select("itemBy", "It holds", [
          { value: "sku", label: "SKUs" },
          { value: "id", label: "Ids of variations" },
        ])}
        {mapping.itemBy === "sku" ? (
          <Tick
            label="Make items that are missing"
            checked={mapping.createItems}
            onTick={(createItems) => onChange({ createItems })}
          />
        ) : null}
        {mapping.itemBy === "sku" && mapping.createItems
          ? select("itemName", "Called by", optional("Its SKU"))
          : null}
      </Grid>
      <Grid>
        {select("placeBy", "Where", [
          { value: "one", label: "All of it at one location" },
          { value: "column", label: "A column says where" },
        ])}
        {mapping.placeBy === "one"
          ? select("place", "Location", [
              { value: "", label: "Choose a location" },
              ...locations.map(({ id, name }) => ({ value: id, label: name })),
            ])
          : select("placeColumn", "Column with the location's name", optional("Choose a column"))}
        {mapping.placeBy === "column" ? (
          <Tick
            label="Make locations that are missing"
            checked={mapping.createPlaces}
            onTick={(createPlaces) => onChange({ createPlaces })}
          />
        ) : null}
      </Grid>
      <Grid>
        {select("time", "When", optional("At the moment of the check"))}
        {mapping.time === ""
          ? null
          : select(
              "timeFormat",
              "Written as",
              TIME_FORMATS.map(([format, example]) => ({ value: format, label: example })),
            )}
        {mapping.time === "" || mapping.timeFormat === "RFC3339" ? null : (
          <TextField
            label="Time zone"
            value={mapping.zone}
            onChange={(event) => onChange({ zone: event.currentTarget.value })}
            hint="Such as Europe/Berlin, UTC or +02:00."
          />
        )}
      </Grid>
      <Grid>
        {select("reference", "Reference", optional("None"))}
        {select("delimiter", "Columns are cut by", DELIMITERS)}
        {select("encoding", "Written in", ENCODINGS)}
      </Grid>
    </section>
  );
}

function Grid({ children }: { readonly children: ReactNode }) {
  return <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">{children}</div>;
}

function Tick({
  label,
  checked,
  onTick,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onTick: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-2 sm:pt-6">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onTick(event.currentTarget.checked)}
        className="size-4 accent-accent"
      />
      <label htmlFor={id} className="text-sm">
        {label}
      </label>
    </div>
  );
}
