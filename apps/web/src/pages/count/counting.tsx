import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Printer } from "lucide-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { Empty } from "../../components/standing.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { fullName } from "../../ledger/variation.ts";
import { CountLines } from "./count-lines.tsx";
import { type CountSheet, said, scanned, unsaid } from "./count-sheet.ts";
import { codesOf, type Entry, readEntry } from "./entry.ts";
import type { OpenSheet } from "./open-sheet.ts";
import { PrintedSheet } from "./printed-sheet.tsx";
import type { CountSearch } from "./search.ts";
import type { SheetProps } from "./sheet-props.ts";
import { stockOptions } from "./stock-at.ts";
import { useSums } from "./use-open-sheet.ts";
import { useScanner } from "./use-scanner.ts";

/** The sheet while it is being filled in: by a scanner, by typing, or line by line. */
export function Counting({ here, kept, sheet, search, set }: SheetProps) {
  const [isPrinting, setPrinting] = useState(false);
  const { isBlind } = sheet.head;
  const stock = useQuery({
    ...stockOptions(here.id),
    // As of now: the paper is beside the shelf within minutes.
    staleTime: 0,
    enabled: isPrinting && !isBlind,
  });
  const { counted, left } = useSums(sheet);
  const listed = search.show === "open" || search.show === "counted" ? search.show : "all";
  const say = useCallback(
    (id: string, quantity: string) => {
      const at = new Date();
      void kept.change({ ids: [id], how: (now) => said(now, { id, quantity }, at) });
    },
    [kept],
  );
  const unsay = useCallback(
    (id: string) => void kept.change({ ids: [id], how: (now) => unsaid(now, id) }),
    [kept],
  );
  const show = (wanted: CountSearch["show"]) =>
    set({ show: search.show === wanted ? undefined : wanted });
  return (
    <Page
      fill
      title={`Count ${here.name}`}
      lead={leadOf(sheet)}
      actions={
        <>
          <Button onClick={() => setPrinting(true)}>
            <Printer aria-hidden className="size-4" />
            Print
          </Button>
          <Discard counted={counted} onDiscard={kept.discard} />
          <Button
            look="primary"
            disabled={counted === 0}
            onClick={() => set({ step: "review", show: undefined })}
          >
            Review
          </Button>
        </>
      }
    >
      {kept.isKept ? null : (
        <p role="alert" className="mx-4 mb-3 rounded-lg bg-warn-soft p-3 text-sm text-warn md:mx-6">
          This browser keeps nothing: if the tab is closed, the count is lost.
        </p>
      )}
      <EntryBox sheet={sheet} kept={kept} />
      <div className="flex flex-wrap gap-2 px-4 pb-3 md:px-6">
        <Chip on={search.show === "open"} onToggle={() => show("open")}>
          To count ({left.toLocaleString()})
        </Chip>
        <Chip on={search.show === "counted"} onToggle={() => show("counted")}>
          Counted ({counted.toLocaleString()})
        </Chip>
      </div>
      {sheet.sizeOf(listed) === 0 ? (
        <Empty title={listed === "open" ? "Everything is counted" : "Nothing is counted yet"} />
      ) : (
        <CountLines
          sheet={sheet}
          listed={listed}
          beside={isBlind ? undefined : here.id}
          onSay={say}
          onUnsay={unsay}
        />
      )}
      {isPrinting && (isBlind || stock.isFetchedAfterMount) ? (
        <PrintedSheet
          {...{ here, sheet }}
          stock={isBlind ? undefined : stock.data}
          onPrinted={() => setPrinting(false)}
        />
      ) : null}
    </Page>
  );
}

function leadOf({ head: { isBlind, posted = 0 }, counted, size }: OpenSheet): string {
  const before = posted === 0 ? "" : `; ${posted.toLocaleString()} more are posted already`;
  const blind = isBlind ? ", blind" : "";
  return `${counted.toLocaleString()} of ${size.toLocaleString()} counted${blind}${before}`;
}

/** Asked twice only when there is something to lose. */
function Discard({
  counted,
  onDiscard,
}: {
  readonly counted: number;
  readonly onDiscard: () => void;
}) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked || counted === 0)
    return (
      <Button look="quiet" onClick={counted === 0 ? onDiscard : () => setAsked(true)}>
        Discard
      </Button>
    );
  return (
    <Button look="danger" autoFocus onClick={onDiscard} onBlur={() => setAsked(false)}>
      Throw {counted.toLocaleString()} {counted === 1 ? "count" : "counts"} away
    </Button>
  );
}

interface Told {
  readonly text: string;
  readonly isFault: boolean;
}

/** One line for scanners and fingers: it says what it understood. */
const EntryBox = memo(function EntryBox({ sheet, kept }: Pick<SheetProps, "sheet" | "kept">) {
  const { variations, byId } = useCatalog();
  const codes = useMemo(() => codesOf(variations), [variations]);
  const [text, setText] = useState("");
  const [told, setTold] = useState<Told>();
  const [choices, setChoices] = useState<readonly string[]>([]);
  const box = useRef<HTMLInputElement>(null);
  const nameOf = useCallback(
    (id: string) => {
      const variation = byId.get(id);
      return variation === undefined ? id : fullName(variation);
    },
    [byId],
  );
  const take = useCallback(
    (given: string, isScanned = false) => {
      const entry = readEntry(given, { codes, last: sheet.head.last, isScanned });
      setChoices([]);
      switch (entry.kind) {
        case "nothing":
          return;
        case "unknown":
        case "no quantity":
          setTold({ text: whyNot(entry), isFault: true });
          box.current?.select();
          return;
        case "choice":
          setTold(undefined);
          setChoices(entry.ids);
          return;
        case "one":
        case "quantity": {
          const { id } = entry;
          const before = sheet.line(id)?.quantity ?? "0";
          void kept.change(changeOf(entry, new Date()));
          setTold({ text: saidOf(entry, { before, name: nameOf(id) }), isFault: false });
          setText("");
        }
      }
    },
    [codes, sheet, kept, nameOf],
  );
  useScanner((code) => take(code, true));
  useEffect(() => box.current?.focus(), []);
  return (
    <form
      className="px-4 pb-3 md:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        take(text);
      }}
    >
      <div className="max-w-2xl">
        <TextField
          ref={box}
          label="Scan or type"
          value={text}
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChoices([]);
          }}
          error={told?.isFault === true ? told.text : undefined}
          hint="A barcode, SKU or name adds one. “12 x mug” says how many. A number alone is about the last one."
        />
      </div>
      <p role="status" className="mt-1 flex min-h-6 items-center gap-1.5 text-sm font-medium">
        {told === undefined || told.isFault ? null : (
          <>
            <CircleCheck aria-hidden className="size-4 text-accent" />
            {told.text}
          </>
        )}
      </p>
      {choices.length === 0 ? null : (
        <ul aria-label="Which one" className="flex flex-wrap gap-2">
          {choices.map((id) => (
            <li key={id}>
              <Button
                onClick={() => {
                  take(typedFor(text, id));
                  box.current?.focus();
                }}
              >
                {nameOf(id)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {told?.isFault === true ? (
        <p role="alert" className="sr-only">
          {told.text}
        </p>
      ) : null}
    </form>
  );
});

function changeOf(entry: Extract<Entry, { readonly kind: "one" | "quantity" }>, at: Date) {
  const how = (now: CountSheet) =>
    entry.kind === "one" ? scanned(now, entry.id, at) : said(now, entry, at);
  return { ids: [entry.id], how };
}

/** The id stands for the name that was typed; how many there are stays as typed. */
function typedFor(text: string, id: string): string {
  const [, many] = /^(\d+(?:\.\d+)?\s*[*x×])/i.exec(text.trim()) ?? [];
  return many === undefined ? id : `${many} ${id}`;
}

const whyNot = ({ kind, text }: Extract<Entry, { readonly text: string }>): string =>
  kind === "unknown"
    ? `No item has the code or name “${text}”.`
    : `“${text}” is no quantity: write decimals with a point, at most five places.`;

function saidOf(
  entry: { readonly kind: "one" } | { readonly kind: "quantity"; readonly quantity: string },
  { before, name }: { readonly before: string; readonly name: string },
): string {
  if (entry.kind === "quantity") return `${name}: ${entry.quantity}`;
  return before === "0" ? `${name}: 1` : `${name}: one more than ${before}`;
}
