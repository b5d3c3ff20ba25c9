import type { OutputOf } from "@bincard/client";
import type { WebhookSubscription } from "@bincard/contracts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { Moment } from "../../components/moment.tsx";
import { say, sayFailure } from "../../components/toasts.tsx";
import { bincard } from "../../ledger/client.ts";
import { attemptText } from "./attempt-text.ts";
import { nameOf, readAgain } from "./subscriptions.ts";

type Tested = OutputOf<"webhooks.test">["result"];

/** One subscription: where it stands, its key, and what can be done with it. */
export function SubscriptionCard({
  subscription,
  mayWrite,
  onReplay,
}: {
  readonly subscription: WebhookSubscription;
  readonly mayWrite: boolean;
  readonly onReplay: () => void;
}) {
  const { id, enabled, position, failingSince, notificationUrl, signatureKey } = subscription;
  const [tested, setTested] = useState<Tested>();
  const [isBusy, setBusy] = useState(false);
  const end = useQuery({
    queryKey: ["end of the feed"],
    queryFn: async ({ signal }) => bincard.feed.locate({}, { signal }),
    refetchInterval: 5_000,
  });
  const behind = Math.max(0, (end.data?.position ?? 0) - position);
  const act: Act = async (work) => {
    setBusy(true);
    try {
      await work();
      await readAgain();
    } catch (error) {
      sayFailure(error);
    }
    setBusy(false);
  };
  return (
    <section
      aria-label={nameOf(subscription)}
      className="space-y-4 rounded-lg border border-line bg-surface p-5"
    >
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate text-base font-semibold">{nameOf(subscription)}</h2>
          <p className="font-mono text-xs break-all text-muted">{notificationUrl}</p>
        </div>
        {mayWrite ? (
          <Deeds
            {...{ subscription, isBusy, onReplay, act }}
            onTest={() =>
              void act(async () => setTested((await bincard.webhooks.test({ id })).result))
            }
          />
        ) : null}
      </div>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-1.5 text-sm">
        <Fact label="Stands at">
          position {position.toLocaleString()}
          {behind === 0 ? ", the end of the log" : `, ${behind.toLocaleString()} behind`}
        </Fact>
        <Fact label="The receiver">
          {failingSince === undefined ? (
            enabled ? (
              "takes what it is sent"
            ) : (
              "is sent nothing: paused"
            )
          ) : (
            <span className="text-danger">
              fails since <Moment time={failingSince} />
            </span>
          )}
        </Fact>
        {signatureKey === undefined ? null : (
          <Key
            signatureKey={signatureKey}
            onRotate={() =>
              void act(async () => {
                await bincard.webhooks.rotateKey({ id });
                say({ title: "The key is another one", description: "Give it to the receiver." });
              })
            }
          />
        )}
      </dl>
      {tested === undefined ? null : (
        <div role="status" className="space-y-2 rounded-lg bg-sunken p-3 text-sm">
          <p className="font-medium">{attemptText(tested.attempt)}</p>
          <pre
            tabIndex={0}
            aria-label="What was sent"
            className="max-h-56 overflow-auto font-mono text-xs"
          >
            {prettyJson(tested.payload)}
          </pre>
        </div>
      )}
    </section>
  );
}

/** What can be done here, as it is said elsewhere. */
function callsFor(id: string, enabled: boolean) {
  return [
    { title: "Send a test", operation: "webhooks.test", input: { id } },
    {
      title: enabled ? "Pause" : "Go on",
      operation: "webhooks.update",
      input: { id, enabled: !enabled },
    },
    { title: "Rotate the signature key", operation: "webhooks.rotateKey", input: { id } },
    { title: "Delete", operation: "webhooks.delete", input: { id } },
    {
      title: "List the deliveries",
      operation: "webhooks.deliveries",
      input: { subscriptionId: id },
    },
  ];
}

type Act = (work: () => Promise<unknown>) => Promise<void>;

function Deeds({
  subscription: { id, enabled },
  isBusy,
  act,
  onTest,
  onReplay,
}: {
  readonly subscription: WebhookSubscription;
  readonly isBusy: boolean;
  readonly act: Act;
  readonly onTest: () => void;
  readonly onReplay: () => void;
}) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button disabled={isBusy} onClick={onTest}>
        Send a test
      </Button>
      <Button onClick={onReplay}>Replay</Button>
      <Button
        disabled={isBusy}
        onClick={() => void act(async () => bincard.webhooks.update({ id, enabled: !enabled }))}
      >
        {enabled ? "Pause" : "Go on"}
      </Button>
      <Delete
        isBusy={isBusy}
        onDelete={() => void act(async () => bincard.webhooks.delete({ id }))}
      />
      <CopyAs look="quiet" label="" call={callsFor(id, enabled)} />
    </div>
  );
}

/** As it was sent, with line breaks for people. */
function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </>
  );
}

function Key({
  signatureKey,
  onRotate,
}: {
  readonly signatureKey: string;
  readonly onRotate: () => void;
}) {
  const [isShown, setShown] = useState(false);
  return (
    <Fact label="Signature key">
      <span className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-xs break-all">
          {isShown ? signatureKey : "•".repeat(16)}
        </code>
        <Button look="quiet" className="h-7" onClick={() => setShown(!isShown)}>
          {isShown ? "Hide" : "Show"}
        </Button>
        <Button look="quiet" className="h-7" onClick={onRotate}>
          Rotate
        </Button>
      </span>
    </Fact>
  );
}

/** What waits for it goes with it, so it is asked for twice. */
function Delete({ isBusy, onDelete }: { readonly isBusy: boolean; readonly onDelete: () => void }) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <Button look="quiet" onClick={() => setAsked(true)}>
        Delete
      </Button>
    );
  return (
    <Button
      look="danger"
      autoFocus
      disabled={isBusy}
      onBlur={() => setAsked(false)}
      onClick={onDelete}
    >
      Delete, and what waits
    </Button>
  );
}
