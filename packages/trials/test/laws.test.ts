import { laws } from "../src/trials/laws.ts";
import { runs } from "./run-trial.ts";

runs(laws);
