import { operations } from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { readAll, write } from "../io.ts";
import { ndjson, pretty } from "../print.ts";

/**
 * Any procedure by its dotted name, with its input as JSON; the answer is printed as it came. What is answered
 * again and again is printed an answer a line, until it is interrupted.
 */
export async function api(
  context: Context,
  { args: [procedure = ""], options: { input = "{}" } }: Call<{ input?: string }>,
) {
  const [room = "", verb = ""] = checkName(procedure).split(".");
  const given = parseJson(input === "-" ? await inputOf(context) : input);
  const client = await context.client();
  const method: unknown = Reflect.get(Object(Reflect.get(client, room)), verb);
  if (typeof method !== "function") throw unknownProcedure(procedure);
  const signal = context.io.interrupted;
  const asked: unknown = Reflect.apply(method, undefined, [given, { signal }]);
  if (isStream(asked)) return printEach(context, asked);
  const answer = await asked;
  const text = context.format === "ndjson" ? ndjson([answer]) : pretty(answer);
  await write(context.io.stdout, text);
}

const isStream = (asked: unknown): asked is AsyncIterable<unknown> =>
  typeof asked === "object" && asked !== null && Symbol.asyncIterator in asked;

async function printEach({ io, format }: Context, answers: AsyncIterable<unknown>): Promise<void> {
  if (format === "json")
    throw new Complaint("USAGE", "what has no end cannot be one JSON value", {
      exitCode: EXIT_CODES.usage,
      hint: "use -o ndjson: one answer a line",
    });
  for await (const answer of answers) await write(io.stdout, ndjson([answer]));
}

const NAMES = Object.entries(operations).flatMap(([room, verbs]) =>
  Object.keys(verbs).map((verb) => `${room}.${verb}`),
);

function checkName(procedure: string): string {
  if (NAMES.includes(procedure)) return procedure;
  throw unknownProcedure(procedure);
}

function unknownProcedure(procedure: string): Complaint {
  return new Complaint("USAGE", `there is no procedure "${procedure}"`, {
    exitCode: EXIT_CODES.usage,
    hint: didYouMean(procedure, NAMES) ?? `procedures: ${NAMES.join(", ")}`,
  });
}

async function inputOf({ io }: Context): Promise<string> {
  if (io.stdin.isTTY !== true) return readAll(io.stdin);
  throw new Complaint("USAGE", "stdin is a terminal: pipe the input into it", {
    exitCode: EXIT_CODES.usage,
    hint: "bincard api PROCEDURE --input - < input.json",
  });
}

function parseJson(text: string): object {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw badInput(error instanceof Error ? error.message : String(error));
  }
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  throw badInput("must be a JSON object");
}

function badInput(what: string): Complaint {
  return new Complaint("BAD_JSON", `the input: ${what}`, { exitCode: EXIT_CODES.usage });
}
