import type { FeedPage, OutputOf } from "@bincard/client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Moment } from "../../components/moment.tsx";
import { Page } from "../../components/page.tsx";
import { FailureNote } from "../../failures.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { bincard } from "../../ledger/client.ts";
import { type FeedStatus, useFeedStatus } from "../../ledger/feed-status.ts";
import { listenToFeed } from "../../ledger/live-feed.ts";
import { useLocations } from "../../ledger/locations.ts";
import { fullName } from "../../ledger/variation.ts";
import { useScope } from "../../session/session.ts";
import { tellFinding } from "./findings.ts";
import { readServerStatus, type ServerStatus } from "./server-status.ts";

const ASK_MILLISECONDS = 5_000;
/** Verifying reads every change there is. */
const VERIFY_MILLISECONDS = 30 * 60_000;

/** Whether the server answers, the feed is quick, and the counts are what the changes say. */
export function HealthPage() {
  const mayRead = useScope("INVENTORY_READ");
  const status = useQuery({
    queryKey: ["server status"],
    queryFn: async ({ signal }) => readServerStatus(signal),
    refetchInterval: ASK_MILLISECONDS,
    staleTime: 0,
    // Without a network the question fails, which is what is to be shown.
    networkMode: "always",
    retry: false,
  });
  return (
    <Page
      title="Health"
      lead="The server, the feed, and whether the ledger agrees with itself."
      actions={
        mayRead ? (
          <CopyAs call={{ operation: "ledger.verify", input: {}, cli: ["doctor"] }} />
        ) : undefined
      }
    >
      <div className="grid max-w-5xl gap-4 px-4 pb-8 md:px-6 lg:grid-cols-2">
        <Server status={status.data} error={status.error} />
        {mayRead ? <Feed aheadMs={status.data?.aheadMs ?? 0} /> : null}
        {mayRead ? <Verification /> : null}
      </div>
    </Page>
  );
}

function Panel({
  title,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  return (
    <section
      aria-label={title}
      className={`space-y-4 rounded-lg border border-line bg-surface p-5 ${wide ? "lg:col-span-2" : ""}`}
    >
      <h2 className="text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Standing({
  isGood,
  children,
}: {
  readonly isGood: boolean;
  readonly children: ReactNode;
}) {
  const Icon = isGood ? CircleCheck : TriangleAlert;
  return (
    <p role="status" className="flex items-center gap-2 text-sm font-medium">
      <Icon aria-hidden className={`size-4 shrink-0 ${isGood ? "text-accent" : "text-warn"}`} />
      <span>{children}</span>
    </p>
  );
}

function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">{children}</dl>;
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="tabular-nums">{children}</dd>
    </>
  );
}

function Server({
  status,
  error,
}: {
  readonly status: ServerStatus | undefined;
  readonly error: unknown;
}) {
  const isAway = error !== null && error !== undefined;
  return (
    <Panel title="Server">
      <Standing isGood={!isAway}>
        {isAway ? "It does not answer" : status === undefined ? "Asking…" : "It answers"}
      </Standing>
      {isAway ? <FailureNote error={error} /> : null}
      {status === undefined ? null : (
        <Facts>
          <Fact label="Version">{status.version}</Fact>
          <Fact label="Running since">
            <Moment time={status.startedAt} />
          </Fact>
          <Fact label="An answer takes">{Math.max(1, Math.round(status.tripMs))} ms</Fact>
          <Fact label="Being answered">
            {status.requests.toLocaleString()} {status.requests === 1 ? "request" : "requests"}
          </Fact>
          <Fact label="Waiting in the queue">
            {status.waiting.toLocaleString()} {status.waiting === 1 ? "question" : "questions"}
          </Fact>
          <Fact label="Its clock">{clockText(status.aheadMs)}</Fact>
          {status.database === undefined ? null : <Database {...status.database} />}
          {status.webhooks === undefined ? null : <Deliveries {...status.webhooks} />}
        </Facts>
      )}
    </Panel>
  );
}

function Database(vitals: NonNullable<ServerStatus["database"]>) {
  const { active, idle, waitingForLock, permitted } = vitals;
  return (
    <>
      <Fact label="Database connections">
        {(active + idle).toLocaleString()} of {permitted.toLocaleString()} permitted
      </Fact>
      <Fact label="Waiting for a lock">{waitingForLock.toLocaleString()}</Fact>
    </>
  );
}

function Deliveries({
  pending,
  dead,
  oldestPendingSeconds,
}: NonNullable<ServerStatus["webhooks"]>) {
  const age = `, the oldest for ${Math.round(oldestPendingSeconds).toLocaleString()} s`;
  return (
    <>
      <Fact label="Webhooks waiting">
        {pending.toLocaleString()}
        {pending === 0 ? "" : age}
      </Fact>
      <Fact label="Webhooks given up">{dead.toLocaleString()}</Fact>
    </>
  );
}

/** Two clocks that agree within a second agree: the way there and back is not known better. */
function clockText(aheadMs: number): string {
  const seconds = Math.abs(aheadMs) / 1_000;
  if (seconds < 1) return "agrees with this machine's";
  return `${seconds.toFixed(1)} s ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
}

const FEED_WORDS: Readonly<Record<FeedStatus, string>> = {
  off: "It is not followed",
  connecting: "Connecting…",
  live: "It is followed, live",
  cut: "It was cut; reconnecting",
  ended: "It was refused",
};

interface Heard {
  readonly position: number;
  readonly receivedAt: string;
  readonly heardAt: number;
}

function Feed({ aheadMs }: { readonly aheadMs: number }) {
  const status = useFeedStatus();
  const [heard, setHeard] = useState<Heard>();
  const end = useQuery({
    queryKey: ["end of the feed"],
    queryFn: async ({ signal }) => bincard.feed.locate({}, { signal }),
    refetchInterval: ASK_MILLISECONDS,
    staleTime: 0,
  });
  useEffect(() => {
    const listening = listenToFeed(({ changes, position }: FeedPage) => {
      const last = changes.at(-1);
      if (last === undefined) return;
      setHeard({ position, receivedAt: last.createdAt, heardAt: Date.now() });
    });
    return listening.stop;
  }, []);
  const known = end.data?.position;
  const behind =
    known === undefined || heard === undefined ? 0 : Math.max(0, known - heard.position);
  const lag =
    heard === undefined ? undefined : heard.heardAt + aheadMs - Date.parse(heard.receivedAt);
  return (
    <Panel title="Feed">
      <Standing isGood={status === "live" && behind === 0}>{FEED_WORDS[status]}</Standing>
      {end.error === null ? null : <FailureNote error={end.error} />}
      <Facts>
        <Fact label="The log stands at">
          {known === undefined ? "…" : `position ${known.toLocaleString()}`}
        </Fact>
        <Fact label="This page is behind by">
          {behind.toLocaleString()} {behind === 1 ? "change" : "changes"}
        </Fact>
        <Fact label="Last change heard">
          {heard === undefined ? "None since this page opened" : <Moment time={heard.receivedAt} />}
        </Fact>
        <Fact label="Heard after it was received">
          {lag === undefined
            ? "Known with the next change"
            : `${Math.max(0, Math.round(lag)).toLocaleString()} ms`}
        </Fact>
      </Facts>
    </Panel>
  );
}

type Verified = OutputOf<"ledger.verify">;

function Verification() {
  const [isBusy, setBusy] = useState(false);
  const [verified, setVerified] = useState<Verified>();
  const [error, setError] = useState<unknown>();
  const verify = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setVerified(await bincard.ledger.verify({}, { timeoutMs: VERIFY_MILLISECONDS }));
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <Panel title="Counts and changes" wide>
      <p className="max-w-prose text-sm text-muted">
        Every count is recomputed from the changes, and each difference named. It reads the whole
        ledger, and nothing is changed.
      </p>
      <div className="flex flex-wrap items-center gap-4">
        <Button look="primary" disabled={isBusy} onClick={() => void verify()}>
          {isBusy ? "Verifying…" : verified === undefined ? "Verify now" : "Verify again"}
        </Button>
        {verified === undefined ? null : (
          <Standing isGood={verified.findingCount === 0}>{verdict(verified)}</Standing>
        )}
      </div>
      {error === undefined ? null : <FailureNote error={error} />}
      {verified === undefined || verified.findingCount === 0 ? null : <Findings {...verified} />}
    </Panel>
  );
}

function verdict({ counts, changes, findingCount }: Verified): string {
  const read = `${counts.toLocaleString()} counts from ${changes.toLocaleString()} changes`;
  if (findingCount === 0) return `${read}: all as they should be`;
  return `${read}: ${findingCount.toLocaleString()} ${findingCount === 1 ? "difference" : "differences"}`;
}

function Findings({ findings, findingCount }: Verified) {
  const { byId } = useCatalog();
  const { locations } = useLocations();
  const nameOf = (id: string): string => {
    const variation = byId.get(id);
    if (variation !== undefined) return fullName(variation);
    return locations.find((location) => location.id === id)?.name ?? id;
  };
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Findings"
      className="max-h-96 overflow-auto rounded-lg border border-line"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">What verify found</caption>
        <thead className="sticky top-0 bg-sunken text-left text-xs text-muted">
          <tr>
            {["What", "Where", "Stored", "Expected"].map((title) => (
              <th key={title} scope="col" className="px-4 py-2 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {findings.map((finding, index) => {
            const { what, where, stored, expected } = tellFinding(finding, nameOf);
            return (
              <tr key={index} className="border-t border-line">
                <th scope="row" className="px-4 py-1.5 text-left font-normal">
                  {what}
                </th>
                <td className="px-4 py-1.5">{where}</td>
                <td className="px-4 py-1.5 tabular-nums">{stored}</td>
                <td className="px-4 py-1.5 tabular-nums">{expected}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {findingCount > findings.length ? (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">
          The first {findings.length.toLocaleString()} of {findingCount.toLocaleString()}.
        </p>
      ) : null}
    </div>
  );
}
