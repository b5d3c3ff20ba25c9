import type { Command } from "commander";
import type { Declare } from "../declare.ts";

/** Whether all is well. */
export function declareHealth(program: Command, declare: Declare): void {
  declare(program, {
    name: "verify",
    about: "recompute every count from the changes and name each difference",
    notes: "Exits with 7 when it finds one.",
    examples: ["bincard verify", "bincard verify --json"],
    action: async (context) => (await import("../commands/verify.ts")).verify(context),
  });
  declare(program, {
    name: "doctor",
    about: "check this machine, the server, the token and the ledger",
    notes: "Exits with 7 when counts have drifted, else with the code of the first failed check.",
    examples: ["bincard doctor"],
    action: async (context) => (await import("../commands/doctor.ts")).doctor(context),
  });
  declare<{ input?: string }>(program, {
    name: "api",
    args: [{ name: "<procedure>", about: "its dotted name, such as counts.list" }],
    about: "call any procedure and print its answer",
    options: [{ flags: "--input <json>", about: "the input as JSON, or - for stdin (default {})" }],
    examples: [
      `bincard api counts.list --input '{"states":["IN_STOCK"],"limit":10}'`,
      "bincard api changes.create --input - < batch.json",
    ],
    action: async (context, call) => (await import("../commands/api.ts")).api(context, call),
  });
}
