import { recovery } from "../src/trials/recovery.ts";
import { runs } from "./run-trial.ts";

runs(recovery);
