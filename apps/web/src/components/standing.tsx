import type { ReactNode } from "react";
import { FailureNote } from "../failures.tsx";
import { Button } from "./button.tsx";

/** Where there is nothing yet: what it means, and what to do. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-16 text-center">
      <p className="text-base font-semibold">{title}</p>
      {children === undefined ? null : <div className="text-sm text-muted">{children}</div>}
      {action}
    </div>
  );
}

/** Grey lines where rows will be; screen readers hear one word. */
export function Loading({
  rows = 6,
  what = "Loading",
}: {
  readonly rows?: number;
  readonly what?: string;
}) {
  return (
    <div role="status" className="space-y-3 p-4">
      <span className="sr-only">{what}…</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} aria-hidden className="h-5 animate-pulse rounded bg-sunken" />
      ))}
    </div>
  );
}

/** A refusal where the rows would be, and another try. */
export function Failed({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  return (
    <div className="mx-auto max-w-xl p-6">
      <FailureNote
        error={error}
        action={
          onRetry === undefined ? undefined : (
            <Button className="mt-2" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      />
    </div>
  );
}
