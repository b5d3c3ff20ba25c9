import { expect, test } from "vitest";
import { type Heard, hear, QUIET } from "./scanner.ts";

/** Types keys so many milliseconds apart. */
function typed(keys: readonly string[], apart: number): Heard {
  let heard: Heard = { kind: "typing", burst: QUIET };
  for (const [index, key] of keys.entries()) {
    const burst = heard.kind === "typing" ? heard.burst : QUIET;
    heard = hear(burst, { key, at: 1_000 + index * apart });
  }
  return heard;
}

test("a code that comes at once and ends with Enter was scanned", () => {
  expect(typed([..."2000000010007", "Enter"], 8)).toEqual({
    kind: "scanned",
    code: "2000000010007",
  });
  expect(typed([..."AB-12", "Tab"], 8)).toEqual({ kind: "scanned", code: "AB-12" });
});

test("Shift between its characters is no part of it", () => {
  expect(typed(["Shift", "A", "B", "Shift", "C", "D", "Enter"], 8)).toMatchObject({ code: "ABCD" });
});

test("what a person types is typed", () => {
  expect(typed([..."2000000010007", "Enter"], 80)).toMatchObject({ kind: "typing" });
  expect(typed([..."12", "Enter"], 5)).toMatchObject({ kind: "typing" });
});

test("what stood before a scan is no part of it", () => {
  let heard = hear(QUIET, { key: "7", at: 0 });
  for (const [index, key] of [..."4006381333931"].entries())
    if (heard.kind === "typing") heard = hear(heard.burst, { key, at: 500 + index * 5 });
  if (heard.kind === "typing") heard = hear(heard.burst, { key: "Enter", at: 570 });
  expect(heard).toEqual({ kind: "scanned", code: "4006381333931" });
});
