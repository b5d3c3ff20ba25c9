import { useEffect, useRef } from "react";
import { hear, QUIET } from "./scanner.ts";

type Box = HTMLInputElement | HTMLTextAreaElement;

const boxIn = (target: EventTarget | null): Box | undefined =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : undefined;

/**
 * Hears a scanner wherever the focus is. What it typed into a box meanwhile is taken out of it again, so that a code
 * never becomes a quantity.
 */
export function useScanner(onScan: (code: string) => void): void {
  const told = useRef(onScan);
  useEffect(() => {
    told.current = onScan;
  }, [onScan]);
  useEffect(() => {
    let burst = QUIET;
    let before: { readonly box: Box; readonly value: string } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const heard = hear(burst, { key: event.key, at: event.timeStamp });
      const box = boxIn(event.target);
      if (heard.kind === "typing") {
        // A burst begins: this is what the box held before its first character.
        if (heard.burst.text.length === 1)
          before = box === undefined ? undefined : { box, value: box.value };
        burst = heard.burst;
        return;
      }
      burst = QUIET;
      event.preventDefault();
      event.stopPropagation();
      if (before !== undefined && before.box === box) putBack(before.box, before.value);
      told.current(heard.code);
    };
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
  }, []);
}

/** React hears of it as if it had been typed. */
function putBack(box: Box, value: string): void {
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value")?.set;
  setter?.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
