import { clsx } from "clsx";
import { type ReactNode, useEffect } from "react";

/** A screen: its title, what can be done on it, and its content, which may scroll by itself. */
export function Page({
  title,
  lead,
  actions,
  children,
  fill = false,
}: {
  readonly title: string;
  /** One line under the title. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** The content takes the height that is left, and scrolls within. */
  readonly fill?: boolean;
}) {
  useEffect(() => {
    document.title = `${title} · Bincard`;
  }, [title]);
  return (
    <div className={clsx("flex flex-col", fill ? "h-full min-h-0" : "min-h-full")}>
      <header className="flex shrink-0 flex-wrap items-end justify-between gap-x-6 gap-y-2 px-4 pt-4 pb-3 md:px-6">
        <div className="min-w-0">
          <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
          {lead === undefined ? null : <div className="mt-0.5 text-sm text-muted">{lead}</div>}
        </div>
        {actions === undefined ? null : (
          <div className="flex max-w-full flex-wrap gap-2 max-sm:-m-1 max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:p-1">
            {actions}
          </div>
        )}
      </header>
      <div className={clsx("min-h-0 grow", fill && "flex flex-col")}>{children}</div>
    </div>
  );
}
