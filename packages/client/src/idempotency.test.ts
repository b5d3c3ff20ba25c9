import { afterEach, expect, test, vi } from "vitest";
import { makeIdempotencyKey } from "./idempotency.ts";

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const { crypto } = globalThis;

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a key is a random UUID, and never the same twice", () => {
  const keys = Array.from({ length: 1_000 }, makeIdempotencyKey);
  for (const key of keys) expect(key).toMatch(UUID);
  expect(new Set(keys).size).toBe(keys.length);
});

test("a page without a secure context gets one too", () => {
  vi.stubGlobal("crypto", {
    getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes),
  });
  const keys = Array.from({ length: 1_000 }, makeIdempotencyKey);
  for (const key of keys) expect(key).toMatch(UUID);
  expect(new Set(keys).size).toBe(keys.length);
});
