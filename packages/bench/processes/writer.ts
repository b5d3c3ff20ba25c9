import { type Writer, WRITERS } from "../contenders/writer.ts";
import { drive } from "../drive.ts";
import type { Driven } from "../sample.ts";
import { ordersOf, stockOf, type Work, type World } from "../work.ts";
import { serve } from "./serve.ts";

/** One way of writing, in a process of its own: neither its code nor its memory warms another's. */
export interface WriterSettings {
  readonly contender: keyof typeof WRITERS;
  readonly world: World;
  /** What its pool may open, where the contender lets that be chosen. */
  readonly connections: number;
}

export interface Writing {
  readonly work: Work;
  readonly seconds: number;
  /** Whether everything that the work can name is received first, unmeasured. */
  readonly isStocked?: boolean;
}

await serve(async (settings) => {
  const { contender, world, connections } = settings as WriterSettings;
  const writer: Writer = await WRITERS[contender](world, connections);
  return {
    async answer(question): Promise<Driven> {
      const { work, seconds, isStocked = false } = question as Writing;
      const next = ordersOf(work);
      if (isStocked) for (const order of stockOf(work)) await writer.record(order);
      return drive({ clients: work.clients, seconds }, async (client) => {
        const order = next(client);
        await writer.record(order);
        return order.items.length;
      });
    },
    close: () => writer.close(),
  };
});
