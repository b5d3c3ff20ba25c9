import { TriangleAlert } from "lucide-react";
import { useSyncExternalStore } from "react";
import { tellFailure } from "../failures.tsx";
import { Button } from "./button.tsx";
import { later, type NotThere } from "./later.tsx";

export interface Said {
  readonly title: string;
  readonly description?: string | undefined;
  /** What failed stays until it is closed, and is said at once to screen readers. */
  readonly failed?: boolean;
}

const ToastWindow = later(async () => (await import("./toast-window.tsx")).ToastWindow, {
  failed: PlainToasts,
});

let waiting: readonly Said[] = [];
let wanted = false;
const listeners = new Set<() => void>();
const changed = () => {
  for (const listener of listeners) listener();
};

/** Says what was done, for a moment. */
export function say(said: Said): void {
  waiting = [...waiting, said];
  wanted = true;
  changed();
}

/** Says what failed, until it is closed. What belongs beside a field stands there, not here. */
export function sayFailure(error: unknown): void {
  const { title, message } = tellFailure(error);
  say({ title, description: message, failed: true });
}

/** What has been said since the last time, for the window that shows it. */
export function takeSaid(): readonly Said[] {
  const said = waiting;
  waiting = [];
  return said;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The corner where it is said. It costs nothing until there is something to say. */
export function Toasts() {
  const isWanted = useSyncExternalStore(subscribe, () => wanted);
  const queue = useSyncExternalStore(subscribe, () => waiting);
  if (!isWanted) return null;
  return <ToastWindow queue={queue} />;
}

/** What is said must be said, also when the corner it is usually said in did not come. */
function PlainToasts({ queue, onRetry }: { readonly queue: readonly Said[] } & NotThere) {
  if (queue.length === 0) return null;
  const dismiss = () => {
    takeSaid();
    changed();
    onRetry();
  };
  return (
    <div
      role="alert"
      className="fixed right-4 bottom-20 z-50 w-[min(22rem,calc(100vw-2rem))] space-y-2 rounded-lg border border-danger bg-surface p-3 text-sm shadow-raised md:bottom-4"
    >
      {queue.map(({ title, description }, index) => (
        <p key={index} className="flex items-start gap-3">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
          <span>
            <span className="block font-medium">{title}</span>
            <span className="text-muted">{description}</span>
          </span>
        </p>
      ))}
      <Button onClick={dismiss}>Dismiss</Button>
    </div>
  );
}
