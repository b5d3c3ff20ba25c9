import {
  FAILURE_CODES,
  FAILURES,
  LIMITS,
  type Operation,
  operations,
  SCOPES,
} from "@bincard/contracts";
import { expect, test } from "vitest";
import * as z from "zod";

function describe({ kind, scope, input, output }: Operation) {
  return {
    kind,
    scope,
    // What only a program can check (a transition of states, a depth) has no JSON Schema.
    input: z.toJSONSchema(input, { io: "input", unrepresentable: "any" }),
    output: z.toJSONSchema(output, { io: "output", unrepresentable: "any" }),
  };
}

/**
 * The whole contract as data. A difference is a change of the API: it wants a line in CHANGELOG.md,
 * and `pnpm --filter @bincard/contracts snapshot` to be written down.
 */
function contract() {
  const described = Object.entries(operations).flatMap(([room, verbs]) =>
    Object.entries(verbs).map(
      ([verb, operation]) => [`${room}.${verb}`, describe(operation)] as const,
    ),
  );
  return {
    operations: Object.fromEntries(described),
    failures: Object.fromEntries(FAILURE_CODES.map((code) => [code, FAILURES[code]])),
    scopes: SCOPES,
    limits: LIMITS,
  };
}

test("the contract is what contract.snapshot.json says it is", async () => {
  const text = `${JSON.stringify(contract(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../src/contract.snapshot.json");
});

test("every operation has a schema with words for both sides", () => {
  for (const [name, { input, output }] of Object.entries(contract().operations)) {
    expect(input, name).toMatchObject({ type: "object", additionalProperties: false });
    expect(output, name).toMatchObject({ type: "object" });
  }
});
