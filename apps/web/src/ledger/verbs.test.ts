import { expect, test } from "vitest";
import { callOf, type Deed, VERBS } from "./verbs.ts";

const deed: Omit<Deed, "verb"> = {
  catalogObjectId: "TEA",
  locationId: "MAIN",
  toLocationId: "CELLAR",
  state: "IN_STOCK",
  quantity: " 3 ",
  occurredAt: "2026-11-20T10:00:00.000Z",
  referenceId: "DN-1",
};

test.each(VERBS)("%s: the command says what the call says, and when", (verb) => {
  const { cli = [], input } = callOf({ ...deed, verb }, "key");
  const said = cli.join(" ");
  for (const part of ["TEA", "3", "MAIN", "--at 2026-11-20T10:00:00.000Z", "--reference DN-1"])
    expect(said).toContain(part);
  expect(input).toMatchObject({
    idempotencyKey: "key",
    changes: [{ quantity: "3", occurredAt: deed.occurredAt, referenceId: "DN-1" }],
  });
});
