import { once } from "node:events";
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import * as z from "zod";
import { openNaive } from "../contenders/naive.ts";
import type { World } from "../work.ts";
import type { Listens } from "./echo-server.ts";
import { serve } from "./serve.ts";

export interface NaiveSettings {
  readonly world: World;
}

/** The naive version behind tRPC's own standalone adapter, as its documentation shows it. */
await serve(async (settings) => {
  const { world } = settings as NaiveSettings;
  const naive = await openNaive(world);
  const index = new Map(world.merchants.map(({ id }, at) => [id, at]));
  const t = initTRPC.create();
  const router = t.router({
    record: t.procedure
      .input(
        z.object({
          merchant: z.string(),
          changes: z.array(
            z.object({
              item: z.string(),
              location: z.string(),
              quantity: z.string(),
              occurredAt: z.string(),
            }),
          ),
        }),
      )
      .mutation(async ({ input }) => {
        const items = input.changes.map(({ item }) => item);
        await naive.record({ merchant: index.get(input.merchant) ?? 0, items });
        return { recorded: items.length };
      }),
  });
  const server = createHTTPServer({ router });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const ready: Listens = { url: `http://127.0.0.1:${port}` };
  return {
    ready,
    async close() {
      server.closeAllConnections();
      server.close();
      await naive.close();
    },
  };
});
