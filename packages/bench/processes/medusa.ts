import { openMedusa } from "../contenders/medusa.ts";
import { drive } from "../drive.ts";
import type { Driven } from "../sample.ts";
import { ordersOf, type World } from "../work.ts";
import { serve } from "./serve.ts";
import type { Writing } from "./writer.ts";

export interface MedusaSettings {
  readonly world: World;
  readonly folder: string;
}

await serve(async (settings) => {
  const { world, folder } = settings as MedusaSettings;
  const medusa = await openMedusa(world, folder);
  return {
    async answer(question): Promise<Driven> {
      const { work, seconds } = question as Writing;
      const next = ordersOf(work);
      return drive({ clients: work.clients, seconds }, async (client) => {
        const order = next(client);
        await medusa.record(order);
        return order.items.length;
      });
    },
    close: () => medusa.close(),
  };
});
