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

/** The browser of this machine: what CHROMIUM names, else the first one found. Nothing is downloaded. */
export function chromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...ELSEWHERE];
  const places = folders.flatMap((folder) => [folder, ...NAMES.map((name) => join(folder, name))]);
  return places.find((place) => /chrom/i.test(place.split("/").at(-1) ?? "") && existsSync(place));
}
