import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const ELSEWHERE = [
  "/usr/bin",
  "/usr/local/bin",
  "/snap/bin",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * A full Chromium has a window for each context even where nobody sees it, and an address bar in it whose suggestions are
 * two pages of their own: more work than many a test. The others are those that Playwright turns off itself, which a
 * second list would take the place of.
 */
const TURNED_OFF = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "MediaRouter",
  "OptimizationHints",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
];

/** What a browser is started with. */
export const CHROMIUM_ARGUMENTS: string[] = [
  `--disable-features=${TURNED_OFF.join(",")}`,
  // A container's root has no sandbox to offer.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** What the tests' pages are shown on, where a test does not say otherwise. */
export const SCREEN = {
  viewport: { width: 1_280, height: 800 },
  colorScheme: "light",
  reducedMotion: "reduce",
  locale: "en-GB",
} as const;

/** The browser of this machine: what CHROMIUM names, else the first one found. Nothing is downloaded. */
export function chromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...ELSEWHERE];
  const places = folders.flatMap((folder) => [folder, ...NAMES.map((name) => join(folder, name))]);
  return places.find((place) => /chrom/i.test(place.split("/").at(-1) ?? "") && existsSync(place));
}
