import { clsx } from "clsx";
import type { ComponentProps } from "react";

const LOOKS = {
  primary: "bg-accent text-accent-ink hover:opacity-90",
  plain: "border border-line bg-surface text-ink hover:bg-sunken",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
  danger: "border border-danger text-danger hover:bg-danger-soft",
} as const;

export type ButtonLook = keyof typeof LOOKS;

export interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: ButtonLook;
  /** A square one that holds an icon alone; it wants an `aria-label`. */
  readonly icon?: boolean;
}

export function Button({ look = "plain", icon = false, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx(
        "inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded-md text-sm font-medium whitespace-nowrap",
        "disabled:opacity-50 aria-disabled:opacity-50",
        icon ? "w-9" : "px-3.5",
        LOOKS[look],
        className,
      )}
    />
  );
}
