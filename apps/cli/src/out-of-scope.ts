import { isBincardError } from "@bincard/client";

/** What was asked for, or `undefined` when the token's scopes do not cover it. */
export async function unlessOutOfScope<Answer>(
  asked: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isBincardError(error, "INSUFFICIENT_SCOPE")) return undefined;
    throw error;
  }
}
