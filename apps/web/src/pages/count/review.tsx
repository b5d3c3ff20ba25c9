import { isBincardError, makeIdempotencyKey } from "@bincard/client";
import { negative, sum } from "@bincard/client/sum";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useEffect, useMemo, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Moment } from "../../components/moment.tsx";
import { Page } from "../../components/page.tsx";
import { atThePoint, placesOf, Quantity } from "../../components/quantity.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { say } from "../../components/toasts.tsx";
import { FailureNote, failuresOf } from "../../failures.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { bincard } from "../../ledger/client.ts";
import { listenToFeed } from "../../ledger/live-feed.ts";
import { isOpen } from "../../ledger/report-deed.ts";
import { fullName } from "../../ledger/variation.ts";
import { type CountSheet, noneOf, type Request, requestOf, uncounted } from "./count-sheet.ts";
import type { Then } from "./held-then.ts";
import { ledgerThen } from "./ledger-then.ts";
import type { SheetProps } from "./sheet-props.ts";

/** What one batch takes. */
const LINES_MAX = 1_000;
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
  const then = useLedgerThen(sheet);
  const lines = useMemo(() => compared(sheet, then.data), [sheet, then.data]);
  const differing = lines.filter(({ difference }) => difference !== "0");
  const shown = search.show === "differing" ? differing : lines;
  const missing = uncounted(sheet);
  const posting = usePosting({ kept, sheet });
  const back = () => set({ step: undefined, show: undefined });
  return (
    <Page
      title={`Review ${here.name}`}
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
            disabled={posting.isBusy || lines.length === 0 || lines.length > LINES_MAX}
            onClick={() => void posting.post().then((done) => done && back())}
          >
            {posting.isBusy ? "Posting…" : postText(sheet, lines.length)}
          </Button>
        </>
      }
    >
      <div className="space-y-4 px-4 pb-8 md:px-6">
        {lines.length > LINES_MAX ? (
          <p role="alert" className="rounded-lg bg-warn-soft p-3 text-sm text-warn">
            One batch takes {LINES_MAX.toLocaleString()} lines. Clear some, post, and count the rest
            in a sheet of their own.
          </p>
        ) : null}
        {sheet.sent !== undefined && !posting.isBusy ? (
          <p role="alert" className="rounded-lg bg-warn-soft p-3 text-sm text-warn">
            This was sent, and no answer came. Send it again: it counts once, however often it
            arrives.
          </p>
        ) : null}
        {posting.error === undefined ? null : <FailureNote error={posting.error} />}
        {missing.length === 0 ? null : (
          <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <p>
              {missing.length.toLocaleString()} {missing.length === 1 ? "line is" : "lines are"} not
              counted, and stay as they are.
            </p>
            <Button onClick={() => kept.change((now) => noneOf(now, uncounted(now), new Date()))}>
              Count them as 0
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

/** Read again whenever something happens at this location, so that what is reviewed is so. */
function useLedgerThen({ locationId, lines }: CountSheet) {
  const then = useQuery({
    queryKey: ["ledger then", locationId, lines],
    queryFn: async ({ signal }) => ledgerThen(locationId, lines, signal),
    placeholderData: (before) => before,
  });
  const { refetch } = then;
  useEffect(() => {
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
  }, [locationId, refetch]);
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

/** Sends the batch once, whatever becomes of the tab: the request is kept before it leaves. */
function usePosting({ kept, sheet }: Pick<SheetProps, "kept" | "sheet">) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [faults, setFaults] = useState<ReadonlyMap<string, string>>(new Map());
  const post = async (): Promise<boolean> => {
    const request = sheet.sent ?? requestOf(sheet, makeIdempotencyKey());
    setBusy(true);
    setError(undefined);
    kept.change((now) => ({ ...now, sent: request }));
    try {
      const { changes, position } = await bincard.changes.create(request);
      kept.end();
      say({
        title: `Posted ${changes.length.toLocaleString()} ${changes.length === 1 ? "count" : "counts"}`,
        description: `The ledger stands at position ${position.toLocaleString()}.`,
      });
      return true;
    } catch (thrown) {
      // A refusal is the key's answer for ever: what is mended goes under another one.
      if (!isOpen(thrown) && !(isBincardError(thrown) && thrown.retryable))
        kept.change(({ sent: _refused, ...now }) => now);
      setFaults(faultsOf(thrown, request));
      setError(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { post, isBusy, error, faults };
}

/** The ledger's words about single lines, by their ids. */
function faultsOf(error: unknown, { changes }: Request): ReadonlyMap<string, string> {
  const faults = new Map<string, string>();
  for (const { path, message } of failuresOf(error)) {
    const [room, index] = path;
    const change = room === "changes" && typeof index === "number" ? changes[index] : undefined;
    if (change !== undefined) faults.set(change.catalogObjectId, message);
  }
  return faults;
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
      <td
        className={clsx(
          "px-4 py-2 text-right",
          isOff ? "font-semibold text-counted" : "text-muted",
        )}
      >
        <Quantity value={difference} signed />
      </td>
    </>
  );
}
