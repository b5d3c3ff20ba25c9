import { upgrade } from "../src/trials/upgrade.ts";
import { runs } from "./run-trial.ts";

runs(upgrade);
