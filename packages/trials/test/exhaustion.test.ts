import { exhaustion } from "../src/trials/exhaustion.ts";
import { runs } from "./run-trial.ts";

runs(exhaustion);
