import { kills } from "../src/trials/kills.ts";
import { runs } from "./run-trial.ts";

runs(kills);
