import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Moment } from "../../components/moment.tsx";
import { Failed, Loading } from "../../components/standing.tsx";
import { say, sayFailure } from "../../components/toasts.tsx";
import { bincard } from "../../ledger/client.ts";
import { attemptText } from "./attempt-text.ts";
import { STATE_WORDS } from "./deliveries.tsx";
import { readAgain } from "./subscriptions.ts";

/** One delivery: what it tells, and how each attempt went. */
export function DeliveryWindow({
  id,
  mayWrite,
  onClose,
}: {
  readonly id: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["delivery", id],
    queryFn: async ({ signal }) => bincard.webhooks.delivery({ id }, { signal }),
    refetchInterval: 3_000,
  });
  const delivery = data?.delivery;
  const replay = async (subscriptionId: string) => {
    setBusy(true);
    try {
      await bincard.webhooks.replay({ subscriptionId, deliveryId: id });
      say({ title: "It is sent again", description: "Under the same id, with the same body." });
      await readAgain();
    } catch (thrown) {
      sayFailure(thrown);
    }
    setBusy(false);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Delivery"
      description={<span className="font-mono text-xs break-all">{id}</span>}
      className="w-[min(44rem,calc(100vw-2rem))]"
    >
      {error === null ? null : <Failed error={error} onRetry={() => void refetch()} />}
      {delivery === undefined && error === null ? <Loading what="Reading the delivery" /> : null}
      {delivery === undefined ? null : (
        <div className="space-y-5 text-sm">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p>
              {STATE_WORDS[delivery.state]}
              {delivery.nextAttemptAt === undefined ? null : (
                <span className="text-muted">
                  , next attempt <Moment time={delivery.nextAttemptAt} />
                </span>
              )}
            </p>
            {mayWrite ? (
              <span className="flex gap-2">
                <CopyAs
                  look="quiet"
                  label=""
                  call={{
                    operation: "webhooks.replay",
                    input: { subscriptionId: delivery.subscriptionId, deliveryId: id },
                  }}
                />
                <Button disabled={isBusy} onClick={() => void replay(delivery.subscriptionId)}>
                  Send it again
                </Button>
              </span>
            ) : null}
          </div>
          <section aria-label="Attempts" className="space-y-2">
            <h3 className="font-medium">Attempts</h3>
            {delivery.attempts.length === 0 ? <p className="text-muted">None yet.</p> : null}
            <ol className="space-y-1">
              {delivery.attempts.map((attempt, index) => (
                <li key={index} className="flex flex-wrap gap-x-4">
                  <Moment time={attempt.at} className="text-muted" />
                  <span className={attempt.reason === undefined ? "" : "text-danger"}>
                    {attemptText(attempt)}
                  </span>
                </li>
              ))}
            </ol>
          </section>
          <section aria-label="What it tells" className="space-y-2">
            <h3 className="font-medium">What it tells</h3>
            <pre
              tabIndex={0}
              aria-label="Counts as JSON"
              className="max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs"
            >
              {JSON.stringify(delivery.counts, null, 2)}
            </pre>
          </section>
        </div>
      )}
    </Dialog>
  );
}
