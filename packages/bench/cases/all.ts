import { batches, thousands } from "./batches.ts";
import type { Case } from "./case.ts";
import { followers, followersSoak } from "./followers.ts";
import { growth } from "./growth.ts";
import { late } from "./late.ts";
import { medusa } from "./medusa.ts";
import { httpBatches, httpSingles } from "./over-http.ts";
import { pages } from "./pages.ts";
import { reads } from "./reads.ts";
import { clients, idle, merchants, servers, skew } from "./settings.ts";
import { singles } from "./singles.ts";
import { soak } from "./soak.ts";
import { verify } from "./verify.ts";

/** In the order of the document. */
export const CASES: readonly Case[] = [
  batches,
  singles,
  httpBatches,
  httpSingles,
  idle,
  merchants,
  skew,
  clients,
  thousands,
  servers,
  followers,
  reads,
  pages,
  late,
  verify,
  growth,
];

/** Run when they are asked for, by an option of their own or by name. */
export const EXTRA: readonly Case[] = [medusa, soak, followersSoak];
