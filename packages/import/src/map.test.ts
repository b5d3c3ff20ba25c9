import { LIMITS } from "@bincard/contracts";
import { expect, test } from "vitest";
import { ImportFault } from "./fault.ts";
import { parseMap } from "./map.ts";

const GOOD = {
  version: 1,
  item: { sku: "{SKU}" },
  location: { id: "L1" },
  time: { from: "{Date}" },
  changes: [{ kind: "sell", quantity: "{Qty}" }],
};

test("what is left out has its default", () => {
  expect(parseMap(JSON.stringify(GOOD), "map.json")).toMatchObject({
    name: "import",
    csv: { delimiter: ",", encoding: "utf8" },
    item: { create: false },
    time: { formats: ["RFC3339"], timeOfDay: "12:00", zone: "UTC" },
    otherwise: "reject",
  });
});

const rules = (length: number) => Array.from({ length }, () => GOOD.changes[0]);

test("a map may be as large as its limits say", () => {
  const name = "n".repeat(LIMITS.importMapNameCharacters);
  const map = { ...GOOD, name, changes: rules(LIMITS.importMapRules) };
  expect(parseMap(JSON.stringify(map), "map.json").changes).toHaveLength(LIMITS.importMapRules);
});

test.each([
  ["not JSON", "{", /map\.json: .*JSON/],
  ["a field too many", { ...GOOD, itm: 1 }, /Unrecognized key: "itm"/],
  ["another version", { ...GOOD, version: 2 }, /at version/],
  ["no rule", { ...GOOD, changes: [] }, /at changes/],
  [
    "an unknown kind",
    { ...GOOD, changes: [{ kind: "buy", quantity: "1" }] },
    /at changes\[0\]\.kind/,
  ],
  [
    "an unknown state",
    { ...GOOD, changes: [{ kind: "count", quantity: "1", state: "SOLD" }] },
    /changes\[0\]\.state/,
  ],
  [
    "a move to nowhere",
    { ...GOOD, changes: [{ kind: "move", quantity: "1" }] },
    /changes\[0\]\.to/,
  ],
  ["a name that no key can carry", { ...GOOD, name: "a b" }, /at name/],
  ["no name", { ...GOOD, name: "" }, /at name/],
  ["too long a name", { ...GOOD, name: "n".repeat(LIMITS.importMapNameCharacters + 1) }, /at name/],
  ["a rule too many", { ...GOOD, changes: rules(LIMITS.importMapRules + 1) }, /at changes/],
  [
    "an opening that is no number",
    { ...GOOD, opening: { quantity: "many" } },
    /at opening\.quantity/,
  ],
  [
    "an opening without zone",
    { ...GOOD, opening: { quantity: "1", at: "2026-11-20" } },
    /opening\.at/,
  ],
  [
    "a time of day that is none",
    { ...GOOD, time: { from: "x", timeOfDay: "25:00" } },
    /time\.timeOfDay/,
  ],
])("%s is refused with its place", (_, given, message) => {
  const text = typeof given === "string" ? given : JSON.stringify(given);
  expect(() => parseMap(text, "map.json")).toThrow(ImportFault);
  expect(() => parseMap(text, "map.json")).toThrow(message);
});
