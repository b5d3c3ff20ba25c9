import { randomUUID } from "node:crypto";
import { SquareClient } from "square";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { Gate } from "../../src/gate.ts";
import { listen } from "../../src/listen.ts";
import { minutesAgo, openWorld, type World } from "./world.ts";

let world: World;
let shop: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await world.newLocation("Shop");
});
afterAll(async () => world.close());

type Fetch = (request: Request) => Promise<Response>;

/** Square's client before a server that answers through `fetch`. */
async function withClient<Result>(fetch: Fetch, use: (square: SquareClient) => Promise<Result>) {
  const served = await listen({ fetch }, { host: "127.0.0.1", port: 0 });
  try {
    return await use(new SquareClient({ token: world.token, environment: served.url }));
  } finally {
    await served.close();
  }
}

const received = (of: string) => ({
  idempotencyKey: randomUUID(),
  changes: [
    {
      type: "ADJUSTMENT" as const,
      adjustment: {
        catalogObjectId: of,
        fromState: "NONE" as const,
        toState: "IN_STOCK" as const,
        fromLocationId: shop,
        quantity: "5",
        occurredAt: minutesAgo(1),
      },
    },
  ],
});

describe("the SDK repeats on its own, and nothing doubles (L6)", () => {
  test("the answer was lost after the batch was in", async () => {
    const of = await world.newVariation("Lost answer");
    let attempts = 0;
    const loseFirst: Fetch = async (request) => {
      attempts += 1;
      const answer = await world.app.fetch(request);
      if (attempts > 1) return answer;
      expect(answer.status).toBe(200);
      return new Response("gateway", { status: 502, headers: { "Retry-After": "1" } });
    };
    const answer = await withClient(loseFirst, async (square) =>
      square.inventory.batchCreateChanges(received(of)),
    );
    expect(attempts).toBe(2);
    expect(answer.changes).toHaveLength(1);
    const history = await world.ask(`GET /v2/inventory/${of}/changes`);
    expect(history.body["changes"]).toHaveLength(1);
  });

  test("a server that is still starting says when to come back", async () => {
    const of = await world.newVariation("Starting");
    const gate = new Gate();
    const app = createApp({ ledger: gate });
    const statuses: number[] = [];
    const openAfterFirst: Fetch = async (request) => {
      const answer = await app.fetch(request);
      statuses.push(answer.status);
      if (answer.status === 503) expect(answer.headers.get("retry-after")).toBe("1");
      gate.open(world.ledger);
      return answer;
    };
    const answer = await withClient(openAfterFirst, async (square) =>
      square.inventory.batchCreateChanges(received(of)),
    );
    expect(statuses).toEqual([503, 200]);
    expect(answer.counts).toEqual([expect.objectContaining({ quantity: "5" })]);
  });
});
