import { clsx } from "clsx";
import { memo, useMemo } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Moment } from "../../components/moment.tsx";
import { Page } from "../../components/page.tsx";
import { atThePoint, placesOf, Quantity } from "../../components/quantity.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { FailureNote } from "../../failures.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { fullName } from "../../ledger/variation.ts";
import { type Compared, type Comparison, LINES_PER_QUESTION } from "./comparison.ts";
import { type CountSheet, LINES_PER_BATCH, noneOf, requestOf, uncounted } from "./count-sheet.ts";
import type { OpenSheet } from "./open-sheet.ts";
import type { SheetProps } from "./sheet-props.ts";
import { useComparison } from "./use-comparison.ts";
import { useSums } from "./use-open-sheet.ts";
import { usePosting } from "./use-posting.ts";

/** Every line beside what the ledger said when it was counted, the largest difference first; then it is posted. */
export function Review({ here, kept, sheet, search, set }: SheetProps) {
  const posting = usePosting({ kept });
  const { head, counted, left } = useSums(sheet);
  const comparison = useComparison(sheet, posting.isBusy);
  const { findings } = comparison;
  const shown = useMemo(() => {
    const all = findings?.largest ?? [];
    return search.show === "differing" ? all.filter(({ difference }) => difference !== "0") : all;
  }, [findings, search.show]);
  const back = () => set({ step: undefined, show: undefined });
  return (
    <Page
      title={`Review the count of ${here.name}`}
      lead={
        findings === undefined
          ? `${counted.toLocaleString()} counted`
          : `${findings.differing.toLocaleString()} of ${findings.lines.toLocaleString()} differ from the ledger`
      }
      actions={
        <>
          <Button onClick={back} disabled={head.sent !== undefined}>
            Go on counting
          </Button>
          <CopyAs
            call={() => ({
              operation: "changes.create",
              input: requestOf(sheet.firstBatch(), "<key>"),
            })}
          />
          <Button
            look="primary"
            disabled={posting.isBusy || counted === 0}
            onClick={() => void posting.post().then((done) => done && back())}
          >
            {posting.isBusy ? busyText(sheet) : postText(sheet)}
          </Button>
        </>
      }
    >
      <div className="space-y-4 px-4 pb-8 md:px-6">
        <Batches sheet={sheet} isBusy={posting.isBusy} />
        {head.sent !== undefined && !posting.isBusy ? (
          <p role="alert" className="rounded-lg bg-warn-soft p-3 text-sm text-warn">
            {counted <= head.sent.changes.length ? "This" : "One batch of this"} was sent, and no
            answer came. Send it again: it counts once, however often it arrives.
          </p>
        ) : null}
        {posting.error === undefined ? null : <FailureNote error={posting.error} />}
        {left === 0 ? null : (
          <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <p>
              {left === 1
                ? "1 line is not counted, and stays as it is."
                : `${left.toLocaleString()} lines are not counted, and stay as they are.`}
            </p>
            <Button
              onClick={() => {
                const at = new Date();
                const how = (part: CountSheet) => noneOf(part, uncounted(part), at);
                void kept.change({ ids: [...sheet.ids("open")], how });
              }}
            >
              {left === 1 ? "Count it as 0" : "Count them as 0"}
            </Button>
          </div>
        )}
        <Chip
          on={search.show === "differing"}
          onToggle={() => set({ show: search.show === "differing" ? undefined : "differing" })}
        >
          Only what differs
        </Chip>
        {comparison.error === undefined ? null : (
          <Failed error={comparison.error} onRetry={() => comparison.retry()} />
        )}
        {findings === undefined && comparison.error === undefined ? (
          <Loading what={askingText(comparison, counted)} />
        ) : null}
        {findings === undefined ? null : (
          <Lines
            lines={shown}
            all={search.show === "differing" ? findings.differing : findings.lines}
            faults={posting.faults}
          />
        )}
      </div>
    </Page>
  );
}

function postText({ head: { sent }, counted }: OpenSheet): string {
  if (sent !== undefined) return "Send again";
  return `Post ${counted.toLocaleString()} ${counted === 1 ? "count" : "counts"}`;
}

function busyText({ head: { posted = 0 }, counted }: OpenSheet): string {
  if (posted === 0 && counted <= LINES_PER_BATCH) return "Posting…";
  return `Posting ${posted.toLocaleString()} of ${(posted + counted).toLocaleString()}…`;
}

function askingText({ answered }: Comparison, counted: number): string {
  const asking = "Asking what the ledger said";
  if (counted <= LINES_PER_QUESTION) return asking;
  return `${asking} of ${answered.toLocaleString()} of ${counted.toLocaleString()} lines`;
}

/** That a sheet of many lines is no one batch, and how far it is. */
function Batches({ sheet, isBusy }: { readonly sheet: OpenSheet; readonly isBusy: boolean }) {
  const { counted, head } = useSums(sheet);
  const { posted = 0 } = head;
  const batches = Math.ceil(counted / LINES_PER_BATCH);
  return (
    <>
      {posted === 0 ? null : (
        <p role="status" className="rounded-lg bg-accent-soft p-3 text-sm">
          {posted.toLocaleString()} counts of this sheet are in the ledger, and have left it. What
          stands below is not posted yet.
        </p>
      )}
      {isBusy && posted + counted > LINES_PER_BATCH ? (
        <progress
          aria-label="Posted"
          value={posted}
          max={posted + counted}
          className="h-2 w-full accent-accent"
        />
      ) : null}
      {batches < 2 ? null : (
        <p className="max-w-prose text-sm text-muted">
          A batch takes {LINES_PER_BATCH.toLocaleString()} lines, so this goes as{" "}
          {batches.toLocaleString()} batches, one after another. Each is taken whole or not at all;
          should one be refused, those before it stand, and the rest waits here.
        </p>
      )}
    </>
  );
}

const Lines = memo(function Lines({
  lines,
  all,
  faults,
}: {
  readonly lines: readonly Compared[];
  /** How many there are, of which these are the largest. */
  readonly all: number;
  readonly faults: ReadonlyMap<string, string>;
}) {
  const { byId } = useCatalog();
  if (lines.length === 0)
    return <Empty title="Nothing differs">What was counted is what the ledger said.</Empty>;
  const places = placesOf(
    lines.flatMap(({ quantity, difference = "0" }) => [quantity, difference]),
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
          {lines.map((line) => {
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
      {all > lines.length ? (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">
          The {lines.length.toLocaleString()} that are off the most, of {all.toLocaleString()}. All
          are posted.
        </p>
      ) : null}
    </div>
  );
});

function ThenCells({ line: { held: then, difference } }: { readonly line: Compared }) {
  if (then.kind === "counted later")
    return (
      <td colSpan={2} className="px-4 py-2 text-right text-xs text-warn">
        Counted again at <Moment time={then.at} />: this count will be history
      </td>
    );
  if (difference === undefined) return <td colSpan={2} />;
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
