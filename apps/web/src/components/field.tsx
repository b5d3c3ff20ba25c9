import { clsx } from "clsx";
import { CircleAlert } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";

const BOX =
  "h-9 w-full rounded-md border bg-surface px-3 text-sm text-ink disabled:opacity-60 aria-invalid:border-danger border-line-strong";

interface Labelled {
  readonly label: string;
  /** Said below the box as long as nothing is wrong. */
  readonly hint?: ReactNode;
  /** Why the ledger refused this field; takes the hint's place. */
  readonly error?: string | undefined;
  /** Only screen readers are told the label: where the place itself says it. */
  readonly labelHidden?: boolean;
}

/** A label, a box and what is wrong with it, tied together for eyes and screen readers. */
function Around({
  label,
  hint,
  error,
  labelHidden = false,
  id,
  children,
}: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className={labelHidden ? "sr-only" : "block text-sm font-medium"}>
        {label}
      </label>
      {children}
      <p
        id={`${id}-note`}
        className={clsx(
          "text-xs empty:hidden",
          error === undefined ? "text-muted" : "flex items-start gap-1 text-danger",
        )}
      >
        {error === undefined ? (
          hint
        ) : (
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
        )}
        {error}
      </p>
    </div>
  );
}

const noteOf = (id: string, error: string | undefined) => ({
  id,
  "aria-describedby": `${id}-note`,
  ...(error === undefined ? {} : { "aria-invalid": true as const }),
});

export function TextField({
  label,
  hint,
  error,
  labelHidden,
  className,
  ...rest
}: Labelled & ComponentProps<"input">) {
  const made = useId();
  const id = rest.id ?? made;
  return (
    <Around {...{ label, hint, error, id }} labelHidden={labelHidden ?? false}>
      <input
        type="text"
        autoComplete="off"
        {...rest}
        {...noteOf(id, error)}
        className={clsx(BOX, className)}
      />
    </Around>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The platform's own list: it works by keyboard, by thumb and by screen reader as people know it. */
export function SelectField({
  label,
  hint,
  error,
  labelHidden,
  choices,
  className,
  ...rest
}: Labelled & ComponentProps<"select"> & { readonly choices: readonly Choice[] }) {
  const made = useId();
  const id = rest.id ?? made;
  return (
    <Around {...{ label, hint, error, id }} labelHidden={labelHidden ?? false}>
      <select {...rest} {...noteOf(id, error)} className={clsx(BOX, "pr-8", className)}>
        {choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Around>
  );
}
