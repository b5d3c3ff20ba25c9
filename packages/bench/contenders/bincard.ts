import { randomUUID } from "node:crypto";
import { operations, parseOrRefuse } from "@bincard/contracts";
import { openLedger } from "@bincard/core";
import { type Order, statesOf, type World } from "../work.ts";
import type { Writer } from "./writer.ts";

/** The ledger itself, parsing included, since every door does that. */
export const openBincard = async (world: World): Promise<Writer> => open(world, {});

/** Every request in a statement of its own. */
export const openUngrouped = async (world: World): Promise<Writer> =>
  open(world, { groupLimit: 1 });

async function open(
  { databaseUrl, merchants }: World,
  grouping: { readonly groupLimit?: number },
): Promise<Writer> {
  const ledger = openLedger({ databaseUrl, ...grouping });
  const doors = await Promise.all(
    merchants.map(async ({ token, locationId }) => ({
      principal: await ledger.authenticate(token),
      locationId,
    })),
  );
  return {
    async record(order: Order) {
      const door = doors[order.merchant];
      if (door === undefined) throw new Error("an order for a merchant that does not exist");
      const { from: fromState, to: toState } = statesOf(order);
      const occurredAt = new Date().toISOString();
      const { locationId } = door;
      const input = parseOrRefuse(operations.changes.create.input, {
        idempotencyKey: randomUUID(),
        changes: order.items.map((catalogObjectId) => ({
          type: "ADJUSTMENT",
          catalogObjectId,
          locationId,
          fromState,
          toState,
          quantity: "1",
          occurredAt,
        })),
      });
      await ledger.changes.create(door.principal, input);
    },
    close: () => ledger.close(),
  };
}
