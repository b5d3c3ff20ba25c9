import { useEffect } from "react";
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
  if (!open) return null;
  return <PaletteWindow places={places} onClose={closePalette} />;
}
