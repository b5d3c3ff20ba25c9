import { randomUUID } from "node:crypto";
import { type Operation, operations, parseOrRefuse, type Scope, SCOPES } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "@bincard/core";
import { type App, createApp } from "../src/app.ts";
import { httpCourier } from "../src/webhooks/courier.ts";
import { databaseAtWork } from "./database-at-work.ts";
import type { Asker } from "./requests.ts";
import { ITEMS, LOCATIONS, type Memory, SPARES, VARIATIONS } from "./words.ts";

/** The server under trial, in this process, over a database that may be filled with anything. */
export interface Stage {
  readonly app: App;
  readonly ledger: OpenLedger;
  /** A merchant with a few things in it and nobody's work but this part of the trial's. */
  newScene(): Promise<Scene>;
  close(): Promise<void>;
}

export interface Scene {
  readonly tokens: Readonly<Record<Asker, string | undefined>>;
  readonly memory: Memory;
  /** Takes note of the ids and cursors in an answer, for the requests that follow. */
  remember(answer: string): void;
  /** What `ledger.verify` finds; nothing, if the laws hold. */
  findings(): Promise<readonly unknown[]>;
  /** What the database's connections are at. */
  doing(): Promise<string>;
}

const REMEMBERED = 200;
/** No name leads anywhere: nothing that is made up here is sent to. */
const NOWHERE = httpCourier({
  allowLocal: false,
  resolve: (_, answer) => answer(null, [{ address: "127.0.0.1", family: 4 }]),
});

export async function openStage(databaseUrl: string): Promise<Stage> {
  await migrate(databaseUrl);
  const rootToken = makeToken();
  await ensureRoot(databaseUrl, { token: rootToken });
  const webhooks = { secretKey: "a secret of the fuzz, of some length", courier: NOWHERE };
  const ledger = openLedger({ databaseUrl, webhooks });
  const app = createApp({ ledger });
  const root = await ledger.authenticate(rootToken);

  async function newMerchant(name: string): Promise<string> {
    const input = parsed(operations.merchants.create, { name });
    return (await ledger.merchants.create(root, input)).merchant.id;
  }
  async function newToken(merchantId: string, scopes: readonly Scope[]) {
    const given = { merchantId, application: { name: "Fuzz" }, scopes: [...scopes] };
    return ledger.tokens.create(root, parsed(operations.tokens.create, given));
  }

  async function newScene(): Promise<Scene> {
    const merchantId = await newMerchant("Fuzzed");
    const neighbourId = await newMerchant("Neighbour");
    const { token } = await newToken(merchantId, SCOPES);
    const reader = await newToken(merchantId, ["INVENTORY_READ"]);
    const neighbour = await newToken(neighbourId, SCOPES);
    const revoked = await newToken(merchantId, SCOPES);
    const id = revoked.info.id;
    await ledger.tokens.revoke(root, parsed(operations.tokens.revoke, { id, merchantId }));
    const owner = await ledger.authenticate(token);
    await furnish(ledger, owner);
    const changes: string[] = [];
    const cursors: string[] = [];
    const madeTokens: string[] = [];
    const hooks: string[] = [];
    return {
      tokens: {
        all: `Bearer ${token}`,
        reader: `Bearer ${reader.token}`,
        neighbour: `Bearer ${neighbour.token}`,
        revoked: `Bearer ${revoked.token}`,
        unknown: `Bearer ${makeToken()}`,
        garbled: "Basic cm9vdDpyb290",
        nobody: undefined,
      },
      memory: {
        changes,
        cursors,
        tokens: madeTokens,
        hooks,
        keys: randomUUID().slice(0, 8),
        now: Date.now,
      },
      remember(answer) {
        keep(changes, /"type":"[A-Z_]+","(?:[a-z_]+":\{")?id":"([0-9A-Z]{24})"/.exec(answer)?.[1]);
        keep(cursors, /"cursor":"([^"]+)"/.exec(answer)?.[1]);
        keep(hooks, /"id":"(wbhk_[0-9a-f]{32})"/.exec(answer)?.[1]);
        keep(madeTokens, /"token":"[^"]+","info":\{"id":"([^"]+)"/.exec(answer)?.[1]);
      },
      async findings() {
        const verified = await ledger.ledger.verify(owner, parsed(operations.ledger.verify, {}));
        return verified.findings;
      },
      doing: async () => databaseAtWork(databaseUrl),
    };
  }

  return { app, ledger, newScene, close: async () => ledger.close() };
}

function keep(known: string[], found: string | undefined): void {
  if (found === undefined) return;
  if (known.length >= REMEMBERED) known.shift();
  known.push(found);
}

function parsed<Op extends Operation>(operation: Op, given: unknown) {
  return parseOrRefuse<Op["input"]>(operation.input, given);
}

async function furnish(
  ledger: OpenLedger,
  owner: Awaited<ReturnType<OpenLedger["authenticate"]>>,
): Promise<void> {
  for (const id of LOCATIONS)
    await ledger.locations.create(owner, parsed(operations.locations.create, { id, name: id }));
  const named = (id: string, variations: readonly string[]) => ({
    type: "ITEM",
    id,
    name: id,
    variations: variations.map((variation) => ({ id: variation, name: "Regular" })),
  });
  const objects = [
    ...ITEMS.map((id) =>
      named(
        id,
        VARIATIONS.filter((variation) => variation.startsWith(`${id}-`)),
      ),
    ),
    named("SPARES", SPARES),
  ];
  const input = { idempotencyKey: randomUUID(), objects };
  await ledger.catalog.upsert(owner, parsed(operations.catalog.upsert, input));
}
