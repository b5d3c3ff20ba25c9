import { openLedger } from "@bincard/core";
import type { World } from "../work.ts";
import { serve } from "./serve.ts";

export interface VerifierSettings {
  readonly world: World;
}
export interface VerifiedIn {
  readonly seconds: number;
  readonly changes: number;
  readonly findingCount: number;
}

/** Runs `verify` in a process of its own, so that its memory can be told. */
await serve(async (settings) => {
  const { world } = settings as VerifierSettings;
  const ledger = openLedger({ databaseUrl: world.databaseUrl });
  const principal = await ledger.authenticate(world.merchants[0]?.token ?? "");
  return {
    async answer(): Promise<VerifiedIn> {
      const start = performance.now();
      const { changes, findingCount } = await ledger.ledger.verify(principal, {});
      return { seconds: (performance.now() - start) / 1_000, changes, findingCount };
    },
    close: () => ledger.close(),
  };
});
