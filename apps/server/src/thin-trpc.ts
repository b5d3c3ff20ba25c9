import { answerRefusal } from "@bincard/api";
import { authorize, operations, parseOrRefuse, refuse } from "@bincard/contracts";
import { CONSOLE_HEADER } from "./console/visitor.ts";
import type { ThinPath } from "./thin-door.ts";
import { TRPC_PATH } from "./trpc.ts";

const { create } = operations.changes;

/** `changes.create` as the router answers it: the scope first, then the input, then the ledger. */
export const THIN_TRPC: ThinPath = {
  url: `${TRPC_PATH}/changes.create`,
  door: "trpc",
  // Who comes with the console's cookie is known at the ordinary door.
  accepts: (headers) =>
    headers["trpc-accept"] === undefined && headers[CONSOLE_HEADER] === undefined,
  async answer(asked) {
    const text = await asked.text();
    asked.operation = "changes.create";
    const { ledger, principal } = asked;
    authorize(principal, create);
    const given = text === "" ? {} : parseJson(text);
    await asked.pause();
    const input = parseOrRefuse(create.input, given);
    await asked.pause();
    const data = await ledger.changes.create(principal, input);
    await asked.pause();
    return JSON.stringify({ result: { data } });
  },
  refuse: (refusal, { requestId, operation }) => answerRefusal(refusal, { requestId, operation }),
  // What tRPC says of every answer that it has a hand in.
  answerHeaders: ({ operation }) =>
    operation === undefined ? {} : { Vary: "trpc-accept, accept" },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("MALFORMED_JSON", "the input is not valid JSON");
  }
}
