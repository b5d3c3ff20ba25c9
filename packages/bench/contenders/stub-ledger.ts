import {
  type Count,
  type CreateChangesOutput,
  type Ledger,
  operations,
  type Operations,
  type Parsed,
  type Principal,
  refuse,
  SCOPES,
} from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";

const MERCHANT = "M0123456789AB";
const AT = "2026-01-01T00:00:00.123456Z";
const APPLICATION = { id: "A0123456789AB", name: "Stub" };
const PRINCIPAL: Principal = {
  merchantId: MERCHANT,
  tokenId: "T0123456789AB",
  application: APPLICATION,
  scopes: SCOPES,
};

/**
 * A contender, and no part of any test: what the server's HTTP stack costs by itself is measured over a ledger
 * that stores nothing and answers at once, in the shape and size of the real one. `ask` is what a read does
 * first.
 */
export function stubLedger(ask: () => Promise<unknown>): OpenLedger {
  const rooms = Object.entries(operations).map(([room, verbs]) => [
    room,
    Object.fromEntries(Object.keys(verbs).map((verb) => [verb, absent])),
  ]);
  const ledger = Object.fromEntries(rooms) as Ledger;
  const counts = async () => {
    await ask();
    return { counts: [countOf("item-0", "L0123456789AB")] };
  };
  return {
    ...ledger,
    changes: { ...ledger.changes, create: async (_, input) => recorded(input) },
    counts: { ...ledger.counts, list: counts, ofObject: counts },
    authenticate: async () => PRINCIPAL,
    sessions: {
      open: absent,
      authenticate: async () => PRINCIPAL,
      end: absent,
      makeCode: absent,
      redeem: absent,
    },
    ping: async () => undefined,
    vitals: absent,
    startWebhooks: () => undefined,
    stopWebhooks: async () => undefined,
    webhookVitals: absent,
    dismissFollowers: () => undefined,
    close: async () => undefined,
  };
}

async function absent(): Promise<never> {
  throw refuse("UNAVAILABLE", "the stub records changes and answers counts, and nothing else");
}

function countOf(catalogObjectId: string, locationId: string): Count {
  const catalogObjectType = "ITEM_VARIATION";
  const state = "IN_STOCK";
  return {
    catalogObjectId,
    catalogObjectType,
    locationId,
    state,
    quantity: "100",
    calculatedAt: AT,
  };
}

function recorded(input: Parsed<Operations["changes"]["create"]>): CreateChangesOutput {
  const counts = new Map<string, Count>();
  const changes = input.changes.map((change, index): CreateChangesOutput["changes"][number] => {
    if (change.type !== "ADJUSTMENT") throw refuse("INVALID_VALUE", "the stub takes adjustments");
    const { catalogObjectId, fromLocationId } = change;
    counts.set(catalogObjectId, countOf(catalogObjectId, fromLocationId));
    // Written out, as the ledger does: a spread would cost as much as the rest of the stack.
    return {
      id: `${MERCHANT}-${index + 1}`,
      position: index + 1,
      type: change.type,
      catalogObjectId,
      catalogObjectType: "ITEM_VARIATION",
      fromState: change.fromState,
      toState: change.toState,
      locationId: fromLocationId,
      fromLocationId,
      toLocationId: change.toLocationId,
      quantity: change.quantity,
      occurredAt: change.occurredAt,
      createdAt: AT,
      referenceId: change.referenceId,
      employeeId: change.employeeId,
      teamMemberId: change.teamMemberId,
      source: { applicationId: APPLICATION.id, name: APPLICATION.name },
    };
  });
  const { idempotencyKey } = input;
  const position = changes.length;
  return { changes, counts: [...counts.values()], position, idempotencyKey, replayed: false };
}
