import { lazy, Suspense, useSyncExternalStore } from "react";
import { tellFailure } from "../failures.tsx";

export interface Said {
  readonly title: string;
  readonly description?: string | undefined;
  /** What failed stays until it is closed, and is said at once to screen readers. */
  readonly failed?: boolean;
}

const ToastWindow = lazy(async () => ({
  default: (await import("./toast-window.tsx")).ToastWindow,
}));

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
  return (
    <Suspense>
      <ToastWindow queue={queue} />
    </Suspense>
  );
}
