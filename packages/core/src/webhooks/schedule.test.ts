import { LIMITS } from "@bincard/contracts";
import { expect, test } from "vitest";
import { waitAfter } from "./schedule.ts";

test("Square's schedule: eleven retries over 24 hours, then none", () => {
  const waits = Array.from({ length: LIMITS.webhookAttempts }, (_, index) =>
    waitAfter(index + 1, 1),
  );
  const since = waits.map((_, index) =>
    waits.slice(0, index + 1).reduce<number>((sum, wait) => sum + (wait ?? 0) / 60_000, 0),
  );
  expect(since.slice(0, 11)).toEqual([1, 3, 7, 15, 31, 63, 123, 243, 483, 963, 1443]);
  expect(waits.at(-1)).toBeUndefined();
});

test("the scale shortens every wait by its factor", () => {
  expect(waitAfter(1, 0.01)).toBe(600);
  expect(waitAfter(11, 0.01)).toBe(288_000);
});
