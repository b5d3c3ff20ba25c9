import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

// The file theme.js reads the same, before the first paint.
const KEY = "bincard.theme";
const EVENT = "bincard:theme";

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? "system";
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  dispatchEvent(new Event(EVENT));
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    addEventListener(EVENT, listener);
    return () => removeEventListener(EVENT, listener);
  }, chosen);
}
