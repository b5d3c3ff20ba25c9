import { DemoRefused, loadDemo } from "@bincard/demo";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { DemoOptions } from "../declarations/console.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { progressBar } from "../import/progress.ts";
import { write } from "../io.ts";
import { plural } from "../plural.ts";
import { ndjson, pretty } from "../print.ts";

/** Fills an empty ledger with ninety days of three places. Again, it changes nothing. */
export async function demo(context: Context, { options }: Call<DemoOptions>): Promise<void> {
  const { io, format } = context;
  const seed = seedOf(options.seed);
  const client = await context.client();
  let bar: ReturnType<typeof progressBar> | undefined;
  const loaded = await loadDemo(client, {
    seed,
    signal: io.interrupted,
    onProgress(done, batches) {
      bar ??= progressBar(io, batches, "batches");
      bar.to(done);
    },
  })
    .catch((error: unknown) => {
      throw error instanceof DemoRefused ? complaintOf(error) : error;
    })
    .finally(() => bar?.end());
  if (format === "json") await write(io.stdout, pretty(loaded));
  if (format === "ndjson") await write(io.stdout, ndjson([loaded]));
  const { locations, variations, changes, replayed } = loaded;
  await context.note(
    `${plural(locations, "location")}, ${plural(variations, "variation")}, ${plural(changes, "change")}` +
      `${replayed ? ": all there already" : ""}\nlook at it: bincard console`,
  );
}

function seedOf(given: string | undefined): number {
  if (given === undefined) return 1;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Complaint("USAGE", `"${given}" is not a seed`, {
    exitCode: EXIT_CODES.usage,
    hint: "a whole number, such as 7",
  });
}

function complaintOf({ code, message, scopes }: DemoRefused): Complaint {
  switch (code) {
    case "NOT_EMPTY":
      return new Complaint("NOT_EMPTY", message, {
        exitCode: EXIT_CODES.refused,
        hint: "a merchant of its own: bincard merchants create Demo, then a token for it",
      });
    case "SCOPES":
      return new Complaint("NOT_PERMITTED", message, {
        exitCode: EXIT_CODES.access,
        hint: `use a token with ${scopes.join(" ")}`,
      });
  }
}
