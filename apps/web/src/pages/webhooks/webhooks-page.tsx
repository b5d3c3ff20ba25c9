import type { WebhookSubscription } from "@bincard/contracts";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { holdKeys } from "../../components/early-keys.ts";
import { Page } from "../../components/page.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { bincard } from "../../ledger/client.ts";
import { useScope } from "../../session/session.ts";
import { Deliveries } from "./deliveries.tsx";
import { DeliveryWindow } from "./delivery-window.tsx";
import { ReplayForm } from "./replay-form.tsx";
import type { SetSearch, WebhooksSearch } from "./search.ts";
import { SubscriptionCard } from "./subscription-card.tsx";
import { SubscriptionForm } from "./subscription-form.tsx";
import { ASK_MILLISECONDS, nameOf, SUBSCRIPTIONS } from "./subscriptions.ts";

/** Who is told of counts as they change, what was sent to them, and what did not arrive. */
export function WebhooksPage() {
  const search = useSearch({ from: "/webhooks" });
  const navigate = useNavigate({ from: "/webhooks" });
  const set: SetSearch = (changed) => {
    if (changed.do !== undefined) holdKeys();
    void navigate({
      search: (before) => ({ ...before, ...changed }) as WebhooksSearch,
      replace: true,
    });
  };
  if (useScope("WEBHOOKS_READ")) return <Webhooks search={search} set={set} />;
  return (
    <Page title="Webhooks">
      <Empty title="Your token may not see webhooks">
        This screen wants the scope WEBHOOKS_READ; changing anything wants WEBHOOKS_WRITE.
      </Empty>
    </Page>
  );
}

function Webhooks({ search, set }: { readonly search: WebhooksSearch; readonly set: SetSearch }) {
  const mayWrite = useScope("WEBHOOKS_WRITE");
  const subscriptions = useQuery({
    queryKey: SUBSCRIPTIONS,
    queryFn: async ({ signal }) => {
      const all: WebhookSubscription[] = [];
      for await (const each of bincard.webhooks.list.each({}, { signal })) all.push(each);
      return all;
    },
    refetchInterval: ASK_MILLISECONDS,
  });
  const all = subscriptions.data;
  const here = all?.find(({ id }) => id === search.id) ?? all?.[0];
  const begin = () => set({ do: "new" });
  return (
    <Page
      title="Webhooks"
      lead="Signed requests to an address of yours, in step with the ledger."
      actions={
        <>
          <CopyAs call={{ operation: "webhooks.list", input: {}, cli: ["webhooks", "list"] }} />
          {mayWrite ? (
            <Button look="primary" onClick={begin}>
              New subscription
            </Button>
          ) : null}
        </>
      }
    >
      <div className="space-y-6 px-4 pb-8 md:px-6">
        {subscriptions.error === null ? null : (
          <Failed error={subscriptions.error} onRetry={() => void subscriptions.refetch()} />
        )}
        {subscriptions.isPending ? <Loading what="Reading the subscriptions" /> : null}
        {all?.length === 0 ? (
          <Empty
            title="Nobody is told yet"
            action={
              mayWrite ? (
                <Button look="primary" onClick={begin}>
                  New subscription
                </Button>
              ) : undefined
            }
          >
            A subscription has counts sent to an address whenever they change. While developing,{" "}
            <code className="font-mono text-ink">bincard webhooks listen</code> forwards them to
            your machine.
          </Empty>
        ) : null}
        {all === undefined || here === undefined ? null : (
          <div className="grid gap-6 lg:grid-cols-[18rem_1fr]">
            <Choice all={all} here={here} onChoose={(id) => set({ id, delivery: undefined })} />
            <div className="min-w-0 space-y-6">
              <SubscriptionCard
                key={here.id}
                subscription={here}
                mayWrite={mayWrite}
                onReplay={() => set({ do: "replay" })}
              />
              <Deliveries subscriptionId={here.id} search={search} set={set} />
            </div>
          </div>
        )}
      </div>
      {search.do === "new" && mayWrite ? (
        <SubscriptionForm
          onClose={() => set({ do: undefined })}
          onMade={({ id }) => set({ do: undefined, id })}
        />
      ) : null}
      {search.do === "replay" && mayWrite && here !== undefined ? (
        <ReplayForm subscription={here} onClose={() => set({ do: undefined })} />
      ) : null}
      {search.delivery === undefined ? null : (
        <DeliveryWindow
          id={search.delivery}
          mayWrite={mayWrite}
          onClose={() => set({ delivery: undefined })}
        />
      )}
    </Page>
  );
}

function Choice({
  all,
  here,
  onChoose,
}: {
  readonly all: readonly WebhookSubscription[];
  readonly here: WebhookSubscription;
  readonly onChoose: (id: string) => void;
}) {
  return (
    <ul aria-label="Subscriptions" className="space-y-1">
      {all.map((each) => (
        <li key={each.id}>
          <button
            type="button"
            aria-current={each.id === here.id ? "true" : undefined}
            onClick={() => onChoose(each.id)}
            className={clsx(
              "w-full rounded-lg border px-3 py-2.5 text-left",
              each.id === here.id
                ? "border-accent bg-accent-soft"
                : "border-line bg-surface hover:bg-sunken",
            )}
          >
            <span className="block truncate text-sm font-medium">{nameOf(each)}</span>
            <span className="block truncate text-xs text-muted">{each.notificationUrl}</span>
            <span
              className={clsx(
                "text-xs",
                each.failingSince === undefined ? "text-muted" : "font-medium text-danger",
              )}
            >
              {standingOf(each)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function standingOf({ enabled, failingSince }: WebhookSubscription): string {
  if (!enabled) return "Paused";
  return failingSince === undefined ? "Delivering" : "Failing";
}
