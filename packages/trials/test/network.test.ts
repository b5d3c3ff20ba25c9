import { network } from "../src/trials/network.ts";
import { runs } from "./run-trial.ts";

runs(network);
