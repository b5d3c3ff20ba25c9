import { expect, test } from "vitest";
import { TwoGenerations } from "./two-generations.ts";

test("what is read stays; what is not is forgotten, and never more than two generations are kept", () => {
  const cache = new TwoGenerations<number>(10);
  for (let each = 0; each < 100; each++) {
    cache.set(`key ${each}`, each);
    cache.get("key 0");
  }
  expect(cache.get("key 0")).toBe(0);
  expect(cache.get("key 50")).toBeUndefined();
  expect(cache.get("key 99")).toBe(99);
  const kept = Array.from({ length: 100 }, (_, each) => cache.get(`key ${each}`)).filter(
    (value) => value !== undefined,
  );
  expect(kept.length).toBeLessThanOrEqual(20);
});

test("clearing forgets everything", () => {
  const cache = new TwoGenerations<number>(1);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.clear();
  expect([cache.get("a"), cache.get("b"), cache.size]).toEqual([undefined, undefined, 0]);
});
