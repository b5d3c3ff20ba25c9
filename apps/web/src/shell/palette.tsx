import { useEffect, useState } from "react";
import { later } from "../components/later.tsx";
import { WindowFault } from "../components/load-fault.tsx";
import type { Place } from "./navigation.ts";
import { closePalette, openPalette, usePaletteOpen } from "./palette-commands.ts";

const PaletteWindow = later(async () => (await import("./palette-window.tsx")).PaletteWindow, {
  failed: WindowFault,
});

/** The window comes when the screen has settled, so that it is there when it is wanted. */
const SETTLED_MILLISECONDS = 2_000;

/** Ctrl K or ⌘ K, everywhere. */
export function Palette({ places }: { readonly places: readonly Place[] }) {
  const open = usePaletteOpen();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      openPalette();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      closePalette();
    };
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void PaletteWindow.preload(), SETTLED_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  const [text, setText] = useEarlyText(open);
  if (!open) return null;
  return <PaletteWindow {...{ places, text }} onText={setText} onClose={closePalette} />;
}

/**
 * What is looked for. Whoever types at once, before the window has come and taken the focus, types into it, and not
 * into the screen or the form below.
 */
function useEarlyText(open: boolean): readonly [string, (text: string) => void] {
  const [text, setText] = useState("");
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest("[data-palette]") !== null)
        return;
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      setText((before) => before + event.key);
    };
    addEventListener("keydown", onKey, true);
    return () => {
      removeEventListener("keydown", onKey, true);
      setText("");
    };
  }, [open]);
  return [text, setText];
}
