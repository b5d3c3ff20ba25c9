import { expect, test } from "vitest";
import { parseMap } from "./map.ts";
import { compilePlan, MapFault } from "./plan.ts";

const COLUMNS = ["Date", "Kind", "SKU", "Name", "Shop", "To", "Qty", "Order", "Clerk"];
const BASE = {
  version: 1,
  item: { sku: "{SKU}", name: "{Name}", create: true },
  location: { name: "{Shop}" },
  time: { from: "{Date}", formats: ["YYYY-MM-DD"] },
  changes: [{ kind: "sell", quantity: "{Qty}", reference: "{Order}", employee: "{Clerk}" }],
};

function planOf(given: object) {
  return compilePlan(parseMap(JSON.stringify({ ...BASE, ...given }), "map.json"), COLUMNS);
}

function row(given: Record<string, string> = {}) {
  const usual = { Date: "2026-11-20", SKU: "A", Name: "Apple", Shop: "Main", Qty: "2", Order: "7" };
  return new Map(Object.entries({ ...usual, ...given }));
}

/** The changes of a row, completed with ids that tell which is which. */
function changesOf(given: object, cells = row()) {
  const outcome = planOf(given)(cells);
  if (outcome.kind !== "changes") throw new Error(JSON.stringify(outcome));
  return outcome.changes.map(({ change }) => change({ item: "I", at: "L", to: "T" }));
}

const said = { catalogObjectId: "I", quantity: "2", occurredAt: "2026-11-20T12:00:00Z" };

test.each([
  [
    { kind: "sell" },
    { type: "ADJUSTMENT", fromState: "IN_STOCK", toState: "SOLD", locationId: "L" },
  ],
  [
    { kind: "receive" },
    { type: "ADJUSTMENT", fromState: "NONE", toState: "IN_STOCK", locationId: "L" },
  ],
  [
    { kind: "receive", from: "UNLINKED_RETURN" },
    { type: "ADJUSTMENT", fromState: "UNLINKED_RETURN", toState: "IN_STOCK", locationId: "L" },
  ],
  [
    { kind: "waste" },
    { type: "ADJUSTMENT", fromState: "IN_STOCK", toState: "WASTE", locationId: "L" },
  ],
  [
    { kind: "adjust", fromState: "WASTE", toState: "IN_STOCK" },
    { type: "ADJUSTMENT", fromState: "WASTE", toState: "IN_STOCK", locationId: "L" },
  ],
  [
    { kind: "count", state: "WASTE" },
    { type: "PHYSICAL_COUNT", state: "WASTE", locationId: "L" },
  ],
  [
    { kind: "move", to: { id: "{To}" } },
    { type: "TRANSFER", fromLocationId: "L", toLocationId: "T" },
  ],
])("%j becomes its change", (rule, form) => {
  const cells = row({ To: "Depot" });
  expect(changesOf({ changes: [{ ...rule, quantity: "{Qty}" }] }, cells)).toEqual([
    { ...said, ...form },
  ]);
});

test("one row may become several changes, each by its own rule", () => {
  const changes = [
    {
      kind: "receive",
      quantity: { absolute: "{Qty}" },
      when: { Qty: { below: "0" } },
      from: "UNLINKED_RETURN",
    },
    { kind: "waste", quantity: "1", when: { Kind: ["broken", "lost"] } },
    { kind: "sell", quantity: "{Qty}", when: { Qty: { above: "0" }, Kind: { not: "gift" } } },
  ];
  const kinds = (cells: Map<string, string>) =>
    changesOf({ changes }, cells).map((change) => "toState" in change && change.toState);
  expect(kinds(row({ Qty: "-2", Kind: "broken" }))).toEqual(["IN_STOCK", "WASTE"]);
  expect(kinds(row({ Qty: "2", Kind: "lost" }))).toEqual(["WASTE", "SOLD"]);
  const outcome = planOf({ changes })(row({ Qty: "2", Kind: "gift" }));
  expect(outcome).toEqual({ kind: "rejected", reason: "no rule of the map takes this row" });
  expect(planOf({ changes, otherwise: "skip" })(row({ Qty: "0" }))).toEqual({ kind: "skipped" });
});

test("conditions by pattern and by emptiness", () => {
  const changes = [
    { kind: "sell", quantity: "{Qty}", when: { Order: { matches: "^C" } } },
    { kind: "waste", quantity: "{Qty}", when: { Order: { empty: true } } },
  ];
  const outcome = (Order: string) => planOf({ changes })(row({ Order })).kind;
  expect([outcome("C17"), outcome(""), outcome("17")]).toEqual(["changes", "changes", "rejected"]);
});

test("templates join columns and text, and braces can be written", () => {
  const [change] = changesOf({
    changes: [{ kind: "sell", quantity: "{Qty}", reference: "{{{Order}}}/{Kind}x" }],
  });
  expect(change?.referenceId).toBe("{7}/x");
});

test("an empty reference is left out; a rule may have its own time and location", () => {
  const [change] = changesOf(
    {
      changes: [
        {
          kind: "sell",
          quantity: "{Qty}",
          reference: "{Order}",
          time: { from: "{Kind}" },
          location: { id: "{To}" },
        },
      ],
    },
    row({ Order: " ", Kind: "2026-11-20T09:00:00+02:00", To: "X" }),
  );
  expect(change).toMatchObject({ occurredAt: "2026-11-20T07:00:00Z" });
  expect(change).not.toHaveProperty("referenceId");
});

test.each([
  [{ Qty: "two" }, /^quantity: must be a decimal .* got "two"/],
  [{ Qty: "1.234,5" }, /^the quantity "1\.234,5" has a comma: decimals are written with a point/],
  [{ Qty: "two, or three" }, /^quantity: must be a decimal/],
  [{ Qty: "0" }, /above zero/],
  [{ Qty: "1.000001" }, /at most 5 places/],
  [{ Qty: "" }, /quantity: must be/],
  [{ Date: "20.11.2026" }, /"20.11.2026" is not a time of the form YYYY-MM-DD/],
  [{ Date: "" }, /the time is empty/],
  [{ SKU: "  " }, /the SKU is empty/],
  [{ SKU: "A".repeat(256) }, /more than 255 characters/],
  [{ Shop: "" }, /the location is empty/],
  [{ Shop: "Caf\uFFFD" }, /the location is not in the encoding/],
  [{ Order: "7\uFFFD" }, /the reference is not in the encoding of the map: see csv.encoding/],
  [{ Order: "7\uD800" }, /the reference is not in the encoding/],
  [{ Clerk: "Ren\uFFFD" }, /the employee is not in the encoding/],
  [{ Name: "P\uFFFDche" }, /the item's name is not in the encoding/],
  [{ Order: "9".repeat(256) }, /referenceId: must have at most 255 characters/],
])("a row with %j is rejected with the reason", (cells, reason) => {
  const outcome = planOf({})(row(cells));
  expect(outcome.kind === "rejected" && outcome.reason).toMatch(reason);
});

test("a name that is not taken is not looked at, and a letter beyond 16 bits is one", () => {
  const item = { sku: "{SKU}", name: "{Name}", create: false };
  expect(planOf({ item })(row({ Name: "P\uFFFDche" })).kind).toBe("changes");
  expect(planOf({})(row({ Name: "\u{1F34E}", Order: "\u{1F34E}" })).kind).toBe("changes");
});

test.each([
  [{ item: { sku: "{Sku}" } }, 'item: there is no column "Sku". Did you mean "SKU"?'],
  [{ location: { name: "{Shop" } }, 'location: "{Shop" has a stray {'],
  [{ time: { from: "{Date}", zone: "Mars/Base" } }, /^time: .*Mars\/Base/],
  [{ time: { from: "{Date}", formats: ["HH:mm"] } }, /^time: the format "HH:mm" lacks/],
  [
    { changes: [{ kind: "sell", quantity: "{Qty}", when: { Typ: "x" } }] },
    /^changes\[0\]: there is no column "Typ"/,
  ],
  [
    { changes: [{ kind: "sell", quantity: "{Qty}", when: { Kind: { matches: "(" } } }] },
    /^changes\[0\]: Invalid regular expression/,
  ],
])("a map that does not fit the file is refused: %j", (given, message) => {
  expect(() => planOf(given)).toThrow(MapFault);
  expect(() => planOf(given)).toThrow(message);
});
