import type { WebhookDelivery, WebhookDeliveryState } from "@bincard/contracts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { Moment } from "../../components/moment.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { bincard } from "../../ledger/client.ts";
import { attemptText } from "./attempt-text.ts";
import type { SetSearch, WebhooksSearch } from "./search.ts";

export const STATE_WORDS: Readonly<Record<WebhookDeliveryState, string>> = {
  PENDING: "Waiting",
  DELIVERED: "Delivered",
  DEAD: "Given up",
  REPLACED: "Replaced",
  CANCELLED: "Cancelled",
};
const ASKED = ["PENDING", "DEAD", "DELIVERED"] as const;
const PAGE = 50;

/** What was sent to one subscription, the newest first. */
export function Deliveries({
  subscriptionId,
  search,
  set,
}: {
  readonly subscriptionId: string;
  readonly search: WebhooksSearch;
  readonly set: SetSearch;
}) {
  const { state } = search;
  const deliveries = useInfiniteQuery({
    queryKey: ["deliveries", subscriptionId, state],
    queryFn: async ({ pageParam, signal }) =>
      bincard.webhooks.deliveries(
        {
          subscriptionId,
          limit: PAGE,
          ...(state !== undefined && { states: [state] }),
          ...(pageParam !== undefined && { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
    refetchInterval: 3_000,
  });
  const rows = deliveries.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <section aria-label="Deliveries" className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-2 text-base font-semibold">Deliveries</h2>
        {ASKED.map((each) => (
          <Chip
            key={each}
            on={state === each}
            onToggle={() => set({ state: state === each ? undefined : each })}
          >
            {STATE_WORDS[each]}
          </Chip>
        ))}
      </div>
      {deliveries.error === null ? null : (
        <Failed error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      )}
      {deliveries.isPending ? <Loading what="Reading the deliveries" /> : null}
      {deliveries.isSuccess && rows.length === 0 ? (
        <Empty title={state === undefined ? "Nothing was sent yet" : "None of these"}>
          {state === undefined ? "The next change of a count is." : null}
        </Empty>
      ) : null}
      {rows.length === 0 ? null : <Rows rows={rows} onOpen={(id) => set({ delivery: id })} />}
      {deliveries.hasNextPage ? (
        <Button disabled={deliveries.isFetching} onClick={() => void deliveries.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </section>
  );
}

function Rows({
  rows,
  onOpen,
}: {
  readonly rows: readonly WebhookDelivery[];
  readonly onOpen: (id: string) => void;
}) {
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="List of deliveries"
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">Deliveries, the newest first</caption>
        <thead className="bg-sunken text-left text-xs text-muted">
          <tr>
            {["Made", "State", "Counts", "Positions", "Last attempt"].map((title) => (
              <th
                key={title}
                scope="col"
                className={clsx("px-4 py-2 font-medium", title === "Counts" && "text-right")}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className="border-t border-line">
              <th scope="row" className="px-4 py-2 text-left font-normal whitespace-nowrap">
                <button
                  type="button"
                  className="rounded text-left text-accent hover:underline"
                  onClick={() => onOpen(row.id)}
                >
                  <Moment time={row.createdAt} />
                </button>
              </th>
              <td
                className={clsx(
                  "px-4 py-2 whitespace-nowrap",
                  row.state === "DEAD" && "font-medium text-danger",
                  row.state === "PENDING" && row.attemptCount > 0 && "text-warn",
                )}
              >
                {STATE_WORDS[row.state]}
                {row.attemptCount > 1 ? `, ${row.attemptCount} attempts` : null}
              </td>
              <td className="px-4 py-2 text-right tabular-nums">{row.countCount}</td>
              <td className="px-4 py-2 whitespace-nowrap tabular-nums">
                {row.firstPosition === row.lastPosition
                  ? row.firstPosition.toLocaleString()
                  : `${row.firstPosition.toLocaleString()} to ${row.lastPosition.toLocaleString()}`}
              </td>
              <td className="px-4 py-2 text-muted">
                {row.lastAttempt === undefined ? "None yet" : attemptText(row.lastAttempt)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
