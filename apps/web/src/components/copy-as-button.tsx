import { SquareTerminal } from "lucide-react";
import { useRef, useState } from "react";
import { Button, type ButtonLook } from "./button.tsx";
import type { Call } from "./copy-as.ts";
import { later } from "./later.tsx";
import { WindowFault } from "./load-fault.tsx";

const CopyAsWindow = later(async () => (await import("./copy-as-window.tsx")).CopyAsWindow, {
  failed: WindowFault,
});

/** The call behind what is on the screen, as a command, as typed code and as curl. */
export function CopyAs({
  call,
  label = "Copy as",
  look = "plain",
}: {
  /** One, or what a form says when it is asked, or several to choose from. */
  readonly call: Call | (() => Call) | readonly Call[];
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
        aria-label="Copy as"
        title="As a command, as code, as curl"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <SquareTerminal aria-hidden className="size-4" />
        {label === "" ? null : <span className="hidden sm:inline">{label}</span>}
      </Button>
      {open ? (
        <CopyAsWindow calls={callsIn(call)} anchor={button} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

function callsIn(call: Call | (() => Call) | readonly Call[]): readonly Call[] {
  if (typeof call === "function") return [call()];
  return "operation" in call ? [call] : call;
}
