import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

/** A filter that is on or off. */
export function Chip({
  on,
  onToggle,
  children,
}: {
  readonly on: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onToggle}
      className={clsx(
        "inline-flex h-8 shrink-0 items-center gap-1.5 rounded-full border px-3 text-sm whitespace-nowrap",
        on
          ? "border-accent bg-accent-soft font-medium text-ink"
          : "border-line bg-surface text-muted hover:text-ink",
      )}
    >
      {on ? <Check aria-hidden className="size-3.5 text-accent" /> : null}
      {children}
    </button>
  );
}
