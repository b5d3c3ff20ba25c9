import { SquareTerminal } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { Button, type ButtonLook } from "./button.tsx";
import type { Call } from "./copy-as.ts";

const CopyAsWindow = lazy(async () => ({
  default: (await import("./copy-as-window.tsx")).CopyAsWindow,
}));

/** The call behind what is on the screen, as a command, as typed code and as curl. */
export function CopyAs({
  call,
  label = "Copy as",
  look = "plain",
}: {
  readonly call: Call;
  /** "" where there is room for the icon alone. */
  readonly label?: string;
  readonly look?: ButtonLook;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        ref={button}
        look={look}
        icon={label === ""}
        aria-label={label === "" ? "Copy as" : undefined}
        title="As a command, as code, as curl"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <SquareTerminal aria-hidden className="size-4" />
        {label}
      </Button>
      {open ? (
        <Suspense>
          <CopyAsWindow call={call} anchor={button} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
