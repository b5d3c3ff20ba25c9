import { contention } from "../src/trials/contention.ts";
import { runs } from "./run-trial.ts";

runs(contention);
