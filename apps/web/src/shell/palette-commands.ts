import { useEffect, useSyncExternalStore } from "react";
import { holdKeys } from "../components/early-keys.ts";

/** Something the palette can do. */
export interface Command {
  /** Unlike any other. */
  readonly id: string;
  readonly label: string;
  /** The heading it stands under. */
  readonly group: string;
  /** Words that find it besides its label. */
  readonly words?: string;
  readonly run: () => void;
}

const onPage = new Map<symbol, readonly Command[]>();
let all: readonly Command[] = [];
let open = false;
const listeners = new Set<() => void>();

function changed(): void {
  all = [...onPage.values()].flat();
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Offers these in the palette for as long as the screen that calls this is shown. `commands` must be stable. */
export function usePaletteCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const key = Symbol("commands");
    onPage.set(key, commands);
    changed();
    return () => {
      onPage.delete(key);
      changed();
    };
  }, [commands]);
}

export function useCommandsOfPage(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => all);
}

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(subscribe, () => open);
}

export function openPalette(): void {
  if (!open) holdKeys();
  open = true;
  changed();
}
export function closePalette(): void {
  open = false;
  changed();
}
