import { Popover } from "@base-ui/react/popover";
import { clsx } from "clsx";
import type { ReactNode, RefObject } from "react";

/** A window beside the button that opened it; it closes with Escape or a click elsewhere, and gives the focus back. */
export function Anchored({
  anchor,
  onClose,
  title,
  children,
  className,
}: {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <Popover.Root
      open
      onOpenChange={(open, { event }) => {
        // The button itself closes what it opened.
        const isButton = event.target instanceof Node && anchor.current?.contains(event.target);
        if (!open && isButton !== true) onClose();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          sideOffset={6}
          align="end"
          collisionPadding={8}
          className="z-50"
        >
          <Popover.Popup
            finalFocus={anchor}
            className={clsx(
              "max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-surface p-3 text-sm shadow-raised",
              className,
            )}
          >
            <Popover.Title className="mb-2 font-semibold">{title}</Popover.Title>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
