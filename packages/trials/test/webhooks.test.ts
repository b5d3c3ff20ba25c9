import { webhooks } from "../src/trials/webhooks.ts";
import { runs } from "./run-trial.ts";

runs(webhooks);
