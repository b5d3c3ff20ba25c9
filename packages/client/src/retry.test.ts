import { describe, expect, test } from "vitest";
import { DEFAULT_RETRY, type Situation, waitBeforeRetry } from "./retry.ts";

const policy = { ...DEFAULT_RETRY, attempts: 10, baseMs: 100, capMs: 1_000 };
const situation = (given: Partial<Situation> = {}): Situation => ({
  facts: { retryable: true, retryAfterMs: undefined },
  attempt: 1,
  repeatable: true,
  leftMs: 60_000,
  random: 0.5,
  ...given,
});

describe("the wait before the next attempt", () => {
  test.each([
    [1, 50],
    [2, 100],
    [3, 200],
    [4, 400],
    [5, 500],
    [9, 500],
  ])("after attempt %i is a random part of a span that doubles up to its cap", (attempt, wait) => {
    expect(waitBeforeRetry(policy, situation({ attempt }))).toBe(wait);
  });

  test("may be nothing: full jitter", () => {
    expect(waitBeforeRetry(policy, situation({ random: 0 }))).toBe(0);
  });

  test("is never shorter than the server asks", () => {
    const facts = { retryable: true, retryAfterMs: 7_000 };
    expect(waitBeforeRetry(policy, situation({ facts, random: 0 }))).toBe(7_000);
    expect(waitBeforeRetry(policy, situation({ facts }))).toBe(7_050);
  });

  test("is not begun when it would outlast the deadline", () => {
    expect(waitBeforeRetry(policy, situation({ leftMs: 50 }))).toBeUndefined();
    expect(waitBeforeRetry(policy, situation({ leftMs: 51 }))).toBe(50);
    expect(waitBeforeRetry(policy, situation({ leftMs: -1, random: 0 }))).toBeUndefined();
  });
});

describe("there is no next attempt", () => {
  test("for what will not succeed later", () => {
    const facts = { retryable: false, retryAfterMs: undefined };
    expect(waitBeforeRetry(policy, situation({ facts }))).toBeUndefined();
  });

  test("for what could take effect twice", () => {
    expect(waitBeforeRetry(policy, situation({ repeatable: false }))).toBeUndefined();
  });

  test("after the last", () => {
    expect(waitBeforeRetry(policy, situation({ attempt: 9 }))).toBe(500);
    expect(waitBeforeRetry(policy, situation({ attempt: 10 }))).toBeUndefined();
    const never = { ...policy, attempts: 1 };
    expect(waitBeforeRetry(never, situation())).toBeUndefined();
  });
});
