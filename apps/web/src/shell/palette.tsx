import { lazy, Suspense, useEffect } from "react";
import type { Place } from "./navigation.ts";
import { closePalette, openPalette, usePaletteOpen } from "./palette-commands.ts";

const load = async () => ({ default: (await import("./palette-window.tsx")).PaletteWindow });
const PaletteWindow = lazy(load);

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
    // Without a connection it comes when it is wanted, or says then why not.
    const timer = setTimeout(() => void load().catch(() => undefined), SETTLED_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  if (!open) return null;
  return (
    <Suspense>
      <PaletteWindow places={places} />
    </Suspense>
  );
}
