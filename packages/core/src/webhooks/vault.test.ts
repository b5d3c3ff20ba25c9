import { expect, test } from "vitest";
import { Vault } from "./vault.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const KEY = "c2lnbmF0dXJlIGtleQ==";

test("what was sealed is opened at its place, and sealed anew each time", () => {
  const vault = new Vault(SECRET);
  const [one, other] = [vault.seal(KEY, "M/wbhk_1"), vault.seal(KEY, "M/wbhk_1")];
  expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  for (const sealed of [one, other]) {
    expect(new Vault(SECRET).open(sealed, "M/wbhk_1")).toBe(KEY);
    expect(Buffer.from(sealed).includes(KEY)).toBe(false);
  }
});

test("another secret, another place, an altered byte and a torn text open nothing", () => {
  const vault = new Vault(SECRET);
  const sealed = vault.seal(KEY, "M/wbhk_1");
  expect(new Vault(`${SECRET}.`).open(sealed, "M/wbhk_1")).toBeUndefined();
  expect(vault.open(sealed, "M/wbhk_2")).toBeUndefined();
  for (let at = 0; at < sealed.length; at++) {
    const altered = Uint8Array.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(vault.open(altered, "M/wbhk_1")).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length++)
    expect(vault.open(sealed.subarray(0, length), "M/wbhk_1")).toBeUndefined();
});
