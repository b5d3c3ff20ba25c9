import { damage } from "../src/trials/damage.ts";
import { runs } from "./run-trial.ts";

runs(damage);
