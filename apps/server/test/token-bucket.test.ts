import { afterEach, describe, expect, test, vi } from "vitest";
import { TokenBuckets } from "../src/token-bucket.ts";

/** Buckets over a clock that the test sets, in milliseconds. */
function bucketsOf(perSecond: number, burst: number) {
  let now = 5_000;
  const buckets = new TokenBuckets({ perSecond, burst }, () => now);
  return { buckets, pass: (milliseconds: number) => void (now += milliseconds) };
}

describe("a bucket", () => {
  test("gives its burst at once, and then as much as flows in", () => {
    const { buckets, pass } = bucketsOf(10, 3);
    const taken = () => buckets.take("till");
    expect([taken(), taken(), taken()]).toEqual([0, 0, 0]);
    expect(taken()).toBeCloseTo(100);
    pass(100);
    expect(taken()).toBe(0);
    expect(taken()).toBeCloseTo(100);
    pass(60_000);
    expect([taken(), taken(), taken()]).toEqual([0, 0, 0]);
    expect(taken()).toBeGreaterThan(0);
  });

  test("what is refused takes nothing", () => {
    const { buckets, pass } = bucketsOf(1, 1);
    expect(buckets.take("till")).toBe(0);
    for (let ask = 0; ask < 1_000; ask++) expect(buckets.take("till")).toBeCloseTo(1_000);
    pass(1_000);
    expect(buckets.take("till")).toBe(0);
  });

  test("each key has its own", () => {
    const { buckets } = bucketsOf(1, 1);
    expect([buckets.take("a"), buckets.take("b")]).toEqual([0, 0]);
    expect(buckets.take("a")).toBeGreaterThan(0);
  });

  test("what costs more than all of it passes when it is full, and is paid off", () => {
    const { buckets, pass } = bucketsOf(10, 5);
    expect(buckets.take("till", 50)).toBe(0);
    expect(buckets.take("till")).toBeCloseTo(4_600);
    pass(4_600);
    expect(buckets.take("till")).toBe(0);
    expect(buckets.take("till", 50)).toBeGreaterThan(0);
  });

  test("what is charged is taken from what follows", () => {
    const { buckets, pass } = bucketsOf(10, 5);
    expect(buckets.wait("till")).toBe(0);
    buckets.charge("till", 20);
    expect(buckets.wait("till")).toBeCloseTo(1_600);
    pass(1_600);
    expect(buckets.take("till")).toBe(0);
  });

  test("a million strangers do not stay in memory", () => {
    const { buckets, pass } = bucketsOf(1_000, 1);
    for (let stranger = 0; stranger < 1_000_000; stranger++) {
      buckets.take(`10.${stranger}`);
      if (stranger % 1_000 === 0) pass(1);
    }
    expect(buckets.size).toBeLessThan(5_000);
  });

  test("nor do they when all of them are in debt at once", () => {
    const { buckets } = bucketsOf(0.001, 1);
    for (let stranger = 0; stranger < 300_000; stranger++) buckets.take(`10.${stranger}`);
    expect(buckets.size).toBeLessThanOrEqual(100_000);
    expect(buckets.take("10.299999")).toBeGreaterThan(0);
  });
});

describe("when the machine's clock jumps", () => {
  const DAY_MS = 86_400_000;
  afterEach(() => vi.useRealTimers());

  test.each([DAY_MS, -DAY_MS])("by %i ms, nobody gains and nobody loses", (jump) => {
    // At this rate, none flows in while the test runs.
    const buckets = new TokenBuckets({ perSecond: 0.001, burst: 2 });
    expect(buckets.take("till")).toBe(0);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + jump });
    expect(buckets.take("till")).toBe(0);
    expect(buckets.take("till")).toBeGreaterThan(0);
    expect(buckets.take("other")).toBe(0);
  });
});
