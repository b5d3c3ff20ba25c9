import { silence } from "../src/trials/silence.ts";
import { runs } from "./run-trial.ts";

runs(silence);
