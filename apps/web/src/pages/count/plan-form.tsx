import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { FailureNote } from "../../failures.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { fullName, type Variation } from "../../ledger/variation.ts";
import { beginSheet } from "./count-sheet.ts";
import type { Here } from "./here.ts";
import { type WholeSheet, wholeOf } from "./open-sheet.ts";
import type { SetSearch } from "./search.ts";
import { stockOptions } from "./stock-at.ts";

type What = "here" | "everything";

/** What is to be counted, and how; until it begins, nothing is kept. */
export function PlanForm({
  here,
  onBegin,
  set,
}: {
  readonly here: Here;
  readonly onBegin: (sheet: WholeSheet) => void;
  readonly set: SetSearch;
}) {
  const { variations } = useCatalog();
  const stock = useQuery(stockOptions(here.id));
  const [what, setWhat] = useState<What>("here");
  const [words, setWords] = useState("");
  const [isBlind, setBlind] = useState(true);
  const [reference, setReference] = useState(() => `Count of ${today()}`);
  const held = stock.data;
  const offered =
    what === "here" && held ? variations.filter(({ id }) => held.has(id)) : variations;
  const planned = named(offered, words);
  return (
    <Page
      title={`Count ${here.name}`}
      lead="Plan it, count it, look at what differs, then post it."
    >
      <form
        className="max-w-xl space-y-6 px-4 pb-8 md:px-6"
        onSubmit={(event) => {
          event.preventDefault();
          const ids = planned
            .toSorted((a, b) => fullName(a).localeCompare(fullName(b)))
            .map(({ id }) => id);
          const plan = { locationId: here.id, isBlind, planned: ids, referenceId: reference };
          onBegin(wholeOf(beginSheet(plan, new Date())));
        }}
      >
        {stock.error === null ? null : <FailureNote error={stock.error} />}
        <fieldset className="space-y-2">
          <legend className="text-sm font-medium">What is counted</legend>
          <Choice
            name="what"
            label="What the ledger knows here"
            note="Everything that has ever been in stock at this location."
            checked={what === "here"}
            onChoose={() => setWhat("here")}
          />
          <Choice
            name="what"
            label="The whole catalog"
            note={`All ${variations.length.toLocaleString()} variations.`}
            checked={what === "everything"}
            onChoose={() => setWhat("everything")}
          />
        </fieldset>
        <TextField
          label="Only items with these words"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          hint="A shelf at a time is easier to get right. Leave it empty for all."
        />
        <TextField
          label="Reference"
          value={reference}
          maxLength={255}
          onChange={(event) => setReference(event.currentTarget.value)}
          hint="Stands with each count in the ledger."
        />
        <fieldset className="space-y-2">
          <legend className="text-sm font-medium">How</legend>
          <Choice
            name="how"
            label="Blind"
            note="Nobody who counts sees what the ledger says: they count what is there."
            checked={isBlind}
            onChoose={() => setBlind(true)}
          />
          <Choice
            name="how"
            label="Beside the ledger's numbers"
            note="Quicker for a check of a few things."
            checked={!isBlind}
            onChoose={() => setBlind(false)}
          />
        </fieldset>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" disabled={planned.length === 0 || stock.isPending}>
            Begin
          </Button>
          <Button look="quiet" onClick={() => set({ at: undefined })}>
            Another location
          </Button>
          <p role="status" className="text-sm text-muted">
            {stock.isPending ? "Reading what is here…" : planText(planned.length)}
          </p>
        </div>
      </form>
    </Page>
  );
}

function planText(lines: number): string {
  if (lines === 0) return "Nothing fits: change the words, or take the whole catalog.";
  return `${lines.toLocaleString()} ${lines === 1 ? "line" : "lines"} to count`;
}

function named(variations: readonly Variation[], words: string): readonly Variation[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (wanted.length === 0) return variations;
  return variations.filter((variation) => {
    const name = `${fullName(variation)} ${variation.sku ?? ""}`.toLowerCase();
    return wanted.every((word) => name.includes(word));
  });
}

function Choice({
  name,
  label,
  note,
  checked,
  onChoose,
}: {
  readonly name: string;
  readonly label: string;
  readonly note: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        type="radio"
        id={id}
        name={name}
        checked={checked}
        onChange={onChoose}
        aria-describedby={`${id}-note`}
        className="mt-1 accent-accent"
      />
      <div>
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
        <p id={`${id}-note`} className="text-xs text-muted">
          {note}
        </p>
      </div>
    </div>
  );
}

/** By the calendar on the shop's wall, which may be a day before or after UTC's. */
function today(): string {
  const now = new Date();
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
