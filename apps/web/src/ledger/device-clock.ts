import { useSyncExternalStore } from "react";

/** What a header of whole seconds and the way here may make of clocks that agree. */
const TOLERATED_SECONDS = 10;
/** Answers differ by so much although no clock was set. */
const NOISE_SECONDS = 3;

let ahead = 0;
const listeners = new Set<() => void>();

/** Compares this device's clock with the server's, by the `Date` of an answer that has just come. */
export function noteServerTime(date: string | null): void {
  const seconds = Math.round((Date.now() - Date.parse(date ?? "")) / 1_000);
  if (Number.isNaN(seconds)) return;
  const next = Math.abs(seconds) <= TOLERATED_SECONDS ? 0 : seconds;
  if (next === ahead || (next !== 0 && Math.abs(next - ahead) <= NOISE_SECONDS)) return;
  ahead = next;
  for (const listener of listeners) listener();
}

/** Seconds by which this device's clock is ahead of the server's, below 0 behind it; 0 when they agree well enough. */
export function useSecondsAhead(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ahead,
  );
}
