import { negative, sum } from "@bincard/client/sum";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useEffect, useMemo } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Moment } from "../../components/moment.tsx";
import { Page } from "../../components/page.tsx";
import { atThePoint, placesOf, Quantity } from "../../components/quantity.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { FailureNote } from "../../failures.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { listenToFeed } from "../../ledger/live-feed.ts";
import { fullName } from "../../ledger/variation.ts";
import { type CountSheet, LINES_PER_BATCH, noneOf, requestOf, uncounted } from "./count-sheet.ts";
import type { Then } from "./held-then.ts";
import { ledgerThen } from "./ledger-then.ts";
import type { SheetProps } from "./sheet-props.ts";
import { usePosting } from "./use-posting.ts";

const RENDERED_MAX = 2_000;

interface Compared {
  readonly id: string;
  readonly quantity: string;
  readonly at: string;
  readonly held: Then | undefined;
  /** Counted less what the ledger said then; `undefined` when that cannot be said. */
  readonly difference: string | undefined;
}

/** Every line beside what the ledger said when it was counted, the largest difference first; then it is posted. */
export function Review({ here, kept, sheet, search, set }: SheetProps) {
  const posting = usePosting({ kept });
  const then = useLedgerThen(sheet, posting.isBusy);
  const lines = useMemo(() => compared(sheet, then.data), [sheet, then.data]);
  const differing = lines.filter(({ difference }) => difference !== "0");
  const shown = search.show === "differing" ? differing : lines;
  const missing = uncounted(sheet);
  const back = () => set({ step: undefined, show: undefined });
  return (
    <Page
      title={`Review the count of ${here.name}`}
      lead={
        then.data === undefined
          ? `${lines.length.toLocaleString()} counted`
          : `${differing.length.toLocaleString()} of ${lines.length.toLocaleString()} differ from the ledger`
      }
      actions={
        <>
          <Button onClick={back} disabled={sheet.sent !== undefined}>
            Go on counting
          </Button>
          <CopyAs call={{ operation: "changes.create", input: requestOf(sheet, "<key>") }} />
          <Button
            look="primary"
            disabled={posting.isBusy || lines.length === 0}
            onClick={() => void posting.post().then((done) => done && back())}
          >
            {posting.isBusy ? busyText(sheet, lines.length) : postText(sheet, lines.length)}
          </Button>
        </>
      }
    >
      <div className="space-y-4 px-4 pb-8 md:px-6">
        <Batches sheet={sheet} lines={lines.length} />
        {sheet.sent !== undefined && !posting.isBusy ? (
          <p role="alert" className="rounded-lg bg-warn-soft p-3 text-sm text-warn">
            {isWhole(sheet) ? "This" : "One batch of this"} was sent, and no answer came. Send it
            again: it counts once, however often it arrives.
          </p>
        ) : null}
        {posting.error === undefined ? null : <FailureNote error={posting.error} />}
        {missing.length === 0 ? null : (
          <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <p>
              {missing.length === 1
                ? "1 line is not counted, and stays as it is."
                : `${missing.length.toLocaleString()} lines are not counted, and stay as they are.`}
            </p>
            <Button
              onClick={() => {
                const at = new Date();
                void kept.change({ ids: missing, how: (now) => noneOf(now, missing, at) });
              }}
            >
              {missing.length === 1 ? "Count it as 0" : "Count them as 0"}
            </Button>
          </div>
        )}
        <Chip
          on={search.show === "differing"}
          onToggle={() => set({ show: search.show === "differing" ? undefined : "differing" })}
        >
          Only what differs
        </Chip>
        {then.error === null ? null : (
          <Failed error={then.error} onRetry={() => void then.refetch()} />
        )}
        {then.isPending ? <Loading what="Asking what the ledger said" /> : null}
        {then.data === undefined ? null : <Lines lines={shown} faults={posting.faults} />}
      </div>
    </Page>
  );
}

function postText({ sent }: CountSheet, lines: number): string {
  if (sent !== undefined) return "Send again";
  return `Post ${lines.toLocaleString()} ${lines === 1 ? "count" : "counts"}`;
}

function busyText({ posted = 0 }: CountSheet, lines: number): string {
  if (posted === 0 && lines <= LINES_PER_BATCH) return "Posting…";
  return `Posting ${posted.toLocaleString()} of ${(posted + lines).toLocaleString()}…`;
}

const isWhole = ({ sent, lines }: CountSheet) =>
  sent === undefined || Object.keys(lines).length <= sent.changes.length;

/** That a sheet of many lines is no one batch, and how far it is. */
function Batches({ sheet, lines }: { readonly sheet: CountSheet; readonly lines: number }) {
  const { posted = 0 } = sheet;
  const batches = Math.ceil(lines / LINES_PER_BATCH);
  return (
    <>
      {posted === 0 ? null : (
        <p role="status" className="rounded-lg bg-accent-soft p-3 text-sm">
          {posted.toLocaleString()} counts of this sheet are in the ledger, and have left it. What
          stands below is not posted yet.
        </p>
      )}
      {batches < 2 ? null : (
        <p className="max-w-prose text-sm text-muted">
          A batch takes {LINES_PER_BATCH.toLocaleString()} lines, so this goes as {batches} batches,
          one after another. Each is taken whole or not at all; should one be refused, those before
          it stand, and the rest waits here.
        </p>
      )}
    </>
  );
}

let told = 0;
const names = new WeakMap<CountSheet["lines"], number>();

/** One name for the same lines: a question about thousands is not known by all it asks. */
function nameOf(lines: CountSheet["lines"]): number {
  const name = names.get(lines) ?? (told += 1);
  names.set(lines, name);
  return name;
}

/**
 * Read again whenever something happens at this location, so that what is reviewed is so; but not while it is posted,
 * when what happens is that.
 */
function useLedgerThen({ locationId, lines }: CountSheet, isPosting: boolean) {
  const then = useQuery({
    queryKey: ["ledger then", locationId, nameOf(lines)],
    queryFn: async ({ signal }) => ledgerThen(locationId, lines, signal),
    placeholderData: (before) => before,
    enabled: !isPosting,
  });
  const { refetch } = then;
  useEffect(() => {
    if (isPosting) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listening = listenToFeed(({ counts }) => {
      if (!counts.some((count) => count.locationId === locationId)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void refetch(), 250);
    });
    return () => {
      clearTimeout(timer);
      listening.stop();
    };
  }, [locationId, refetch, isPosting]);
  return then;
}

function compared(
  { lines }: CountSheet,
  then: ReadonlyMap<string, Then> | undefined,
): readonly Compared[] {
  const all = Object.entries(lines).map(([id, { quantity, at }]): Compared => {
    const held = then?.get(id);
    const difference = held?.kind === "held" ? sum(quantity, negative(held.quantity)) : undefined;
    return { id, quantity, at, held, difference };
  });
  const weight = ({ difference }: Compared) =>
    difference === undefined ? Number.POSITIVE_INFINITY : Math.abs(Number(difference));
  return all.toSorted((a, b) => weight(b) - weight(a));
}

function Lines({
  lines,
  faults,
}: {
  readonly lines: readonly Compared[];
  readonly faults: ReadonlyMap<string, string>;
}) {
  const { byId } = useCatalog();
  if (lines.length === 0)
    return <Empty title="Nothing differs">What was counted is what the ledger said.</Empty>;
  const rendered = lines.slice(0, RENDERED_MAX);
  const places = placesOf(
    rendered.flatMap(({ quantity, difference = "0" }) => [quantity, difference]),
  );
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full text-sm" style={atThePoint(places)}>
        <caption className="sr-only">Counted beside the ledger</caption>
        <thead className="bg-sunken text-left text-xs text-muted">
          <tr>
            <th scope="col" className="px-4 py-2 font-medium">
              Item
            </th>
            <th scope="col" className="px-4 py-2 text-right font-medium">
              Counted
            </th>
            <th scope="col" className="px-4 py-2 text-right font-medium">
              Ledger then
            </th>
            <th scope="col" className="px-4 py-2 text-right font-medium">
              Difference
            </th>
            <th scope="col" className="px-4 py-2 font-medium">
              Counted at
            </th>
          </tr>
        </thead>
        <tbody>
          {rendered.map((line) => {
            const variation = byId.get(line.id);
            const fault = faults.get(line.id);
            return (
              <tr key={line.id} className="border-t border-line">
                <th scope="row" className="px-4 py-2 text-left font-normal">
                  {variation === undefined ? line.id : fullName(variation)}
                  <span className="block font-mono text-xs text-muted">{variation?.sku ?? ""}</span>
                  {fault === undefined ? null : (
                    <span role="alert" className="block text-xs text-danger">
                      {fault}
                    </span>
                  )}
                </th>
                <td className="px-4 py-2 text-right">
                  <Quantity value={line.quantity} />
                </td>
                <ThenCells line={line} />
                <td className="px-4 py-2 text-xs text-muted">
                  <Moment time={line.at} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {lines.length > RENDERED_MAX ? (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">
          The {RENDERED_MAX.toLocaleString()} that are off the most, of{" "}
          {lines.length.toLocaleString()}. All are posted.
        </p>
      ) : null}
    </div>
  );
}

function ThenCells({ line: { held: then, difference } }: { readonly line: Compared }) {
  if (then?.kind === "counted later")
    return (
      <td colSpan={2} className="px-4 py-2 text-right text-xs text-warn">
        Counted again at <Moment time={then.at} />: this count will be history
      </td>
    );
  if (then === undefined || difference === undefined) return <td colSpan={2} />;
  const isOff = difference !== "0";
  return (
    <>
      <td className="px-4 py-2 text-right">
        <Quantity value={then.quantity} />
      </td>
      <td className={clsx("px-4 py-2 text-right", isOff ? "text-counted" : "text-muted")}>
        <Quantity value={difference} signed />
      </td>
    </>
  );
}
