import * as z from "zod";
import { LIMITS } from "./limits.ts";
import { isStorable, text } from "./text.ts";

/**
 * Fields that a team keeps on an object and that Bincard carries along: stored and answered
 * verbatim, never read. Any JSON that survives the trip unchanged.
 */
export type Extra = Record<string, z.core.util.JSONType>;

/** The name that JavaScript objects cannot carry like any other. */
const UNSAFE_NAME = "__proto__";

/** Stops at the permitted depth, so that no nesting can exhaust the stack. */
function survives(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "boolean" || value === null) return true;
  if (typeof value !== "object" || depth >= LIMITS.extraDepth) return false;
  if (Array.isArray(value)) return value.every((entry) => survives(entry, depth + 1));
  return Object.entries(value).every(
    ([name, field]) => name !== UNSAFE_NAME && isStorable(name) && survives(field, depth + 1),
  );
}

const RULE =
  `must be JSON nested at most ${LIMITS.extraDepth} deep, with finite numbers and with text that has ` +
  `no NUL character, no half of a surrogate pair and no field named ${UNSAFE_NAME}`;

export const extra = z.preprocess(
  (fields: Extra, context) => {
    // A record drops this name in silence; what is carried along must not lose a field.
    if (typeof fields === "object" && fields !== null && Object.hasOwn(fields, UNSAFE_NAME))
      context.addIssue({ code: "custom", message: RULE, path: [UNSAFE_NAME] });
    return fields;
  },
  z
    .record(
      text(LIMITS.nameCharacters),
      z.custom<z.core.util.JSONType>((value) => survives(value, 1), RULE),
    )
    .refine((fields) => JSON.stringify(fields).length <= LIMITS.extraCharacters, {
      message: `must be at most ${LIMITS.extraCharacters} characters of JSON`,
      params: { failure: "TOO_LONG" },
    }),
);
