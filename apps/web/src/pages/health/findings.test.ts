import { expect, test } from "vitest";
import { tellFinding } from "./findings.ts";

const nameOf = (id: string) => ({ TEA: "Tea", L1: "Main" })[id] ?? id;
const key = { catalogObjectId: "TEA", locationId: "L1", state: "IN_STOCK" } as const;

test("what verify finds is told by what it is about", () => {
  const told = tellFinding(
    { kind: "COUNT_DIFFERS", ...key, field: "quantity", stored: "7", expected: "5" },
    nameOf,
  );
  expect(told).toEqual({
    what: "A count's quantity is not what its changes give",
    where: "Tea, Main, in stock",
    stored: "7",
    expected: "5",
  });
  expect(tellFinding({ kind: "CHANGE_MISSING", position: 1_200 }, nameOf)).toMatchObject({
    where: `Position ${(1_200).toLocaleString()}`,
    stored: undefined,
  });
  expect(tellFinding({ kind: "KEY_MISSING", position: 3, last: 5 }, nameOf).where).toBe(
    "Positions 3 to 5",
  );
});
