import type { Trial } from "./trial.ts";
import { contention } from "./trials/contention.ts";
import { damage } from "./trials/damage.ts";
import { exhaustion } from "./trials/exhaustion.ts";
import { kills } from "./trials/kills.ts";
import { laws } from "./trials/laws.ts";
import { network } from "./trials/network.ts";
import { recovery } from "./trials/recovery.ts";
import { silence } from "./trials/silence.ts";
import { twoServers } from "./trials/two-servers.ts";
import { upgrade } from "./trials/upgrade.ts";
import { webhooks } from "./trials/webhooks.ts";

/** All there are, in the order the soak takes them. */
export const TRIALS: readonly Trial[] = [
  laws,
  contention,
  kills,
  twoServers,
  network,
  silence,
  recovery,
  exhaustion,
  damage,
  upgrade,
  webhooks,
];
