import { twoServers } from "../src/trials/two-servers.ts";
import { runs } from "./run-trial.ts";

runs(twoServers);
