import { Command } from "commander";
import { declareAccess } from "./declarations/access.ts";
import { declareCatalog } from "./declarations/catalog.ts";
import { declareConsole } from "./declarations/console.ts";
import { declareData } from "./declarations/data.ts";
import { declareReplica } from "./declarations/feed.ts";
import { declareHealth } from "./declarations/health.ts";
import { declareHelp } from "./declarations/help.ts";
import { declarePlaces } from "./declarations/places.ts";
import { declareProfiles } from "./declarations/profiles.ts";
import { declareReading } from "./declarations/reading.ts";
import { declareStock } from "./declarations/stock.ts";
import { declareWebhooks } from "./declarations/webhooks.ts";
import { type Building, declarer } from "./declare.ts";
import { VERSION } from "./version.ts";

/** Every command there is, in the order of the help page. */
export function buildProgram(building: Building): Command {
  const { io } = building;
  const program = new Command("bincard")
    .description("Receive, sell, waste, count and move stock; see what there is and why.")
    .version(VERSION, "--version", "print the version")
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      // Faults of usage are printed in the same form as every other, by run.
      outputError: () => undefined,
    });
  const declare = declarer(building);
  declareStock(program, declare);
  declareReading(program, declare);
  declareCatalog(program, declare);
  declarePlaces(program, declare);
  declareAccess(program, declare);
  declareData(program, declare);
  declareReplica(program, declare);
  declareWebhooks(program, declare);
  declareHealth(program, declare);
  declareConsole(program, declare);
  declareProfiles(program, declare);
  declareHelp(program, declare);
  program.addHelpText(
    "after",
    `
ITEM is the id or the SKU of a variation; LOCATION is an id or a name.
Start here:
  $ bincard login --url http://127.0.0.1:4100
  $ bincard items create "Blue mug" --sku MUG-BLUE
  $ bincard receive MUG-BLUE 12
  $ bincard counts MUG-BLUE
Exit codes: bincard help exit-codes`,
  );
  return program;
}
