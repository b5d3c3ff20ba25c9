import { randomUUID } from "node:crypto";
import { type Bincard, createBincard } from "@bincard/client";
import { type BrowserContext, test as base, type Page } from "@playwright/test";
import { SCREEN } from "./chromium.ts";

const SERVER = process.env["BINCARD_TEST_URL"] ?? "";
const ROOT_TOKEN = process.env["BINCARD_TEST_ROOT_TOKEN"] ?? "";

const SCOPES = [
  "INVENTORY_READ",
  "INVENTORY_WRITE",
  "INVENTORY_BACKDATE",
  "ITEMS_READ",
  "ITEMS_WRITE",
  "MERCHANT_PROFILE_READ",
  "MERCHANT_PROFILE_WRITE",
  "WEBHOOKS_READ",
  "WEBHOOKS_WRITE",
] as const;
export type Scope = (typeof SCOPES)[number];

/** A merchant of its own for one test: nobody else's stock is on its screens. */
export interface Shop {
  readonly url: string;
  readonly token: string;
  /** Another process, as far as the page can tell. */
  readonly client: Bincard;
  /** A token of the same merchant that may do only this. */
  tokenFor(...scopes: Scope[]): Promise<string>;
  /** Signs a browser in at this address; every page it opens is. */
  signIn(context: BrowserContext, options?: { url?: string; token?: string }): Promise<void>;
}

interface Stage {
  readonly shop: Shop;
  /** A page that is signed in to the shop. */
  readonly page: Page;
}

interface Workplace {
  /** One for all tests of a worker: what its pages have read of the console once, they need not read again. */
  readonly desk: BrowserContext;
}

export const test = base.extend<Stage, Workplace>({
  baseURL: SERVER,
  desk: [
    async ({ browser }, use) => {
      await use(await browser.newContext({ ...SCREEN, baseURL: SERVER }));
    },
    { scope: "worker" },
  ],
  context: async ({ desk }, use) => {
    await use(desk);
    await clear(desk);
  },
  // oxlint-disable-next-line no-empty-pattern
  shop: async ({}, use) => {
    await use(await openShop());
  },
  page: async ({ page, context, shop }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|Refused to/i.test(message.text())) faults.push(message.text());
    });
    await shop.signIn(context);
    await use(page);
    base.expect(faults, "the page threw, or asked for what its policy forbids").toEqual([]);
  },
});
export { expect } from "@playwright/test";

/** Leaves nothing that a test kept in the browser: no page, no session, no sheet, no theme. */
async function clear(desk: BrowserContext): Promise<void> {
  const [first = await desk.newPage(), ...others] = desk.pages();
  await Promise.all(others.map(async (page) => page.close()));
  // A page that is still there would hold its database open, and could write to it.
  await first.goto("about:blank");
  const browser = await desk.newCDPSession(first);
  const storageTypes = "cookies,local_storage,indexeddb,cache_storage,service_workers";
  await browser.send("Storage.clearDataForOrigin", { origin: SERVER, storageTypes });
  await desk.clearCookies();
  await first.close();
}

async function openShop(): Promise<Shop> {
  const root = createBincard({ url: SERVER, token: ROOT_TOKEN });
  const { merchant } = await root.merchants.create({ name: `Shop ${randomUUID().slice(0, 8)}` });
  const tokenFor = async (...scopes: Scope[]) => {
    const application = { name: "Console tests" };
    const merchantId = merchant.id;
    return (await root.tokens.create({ merchantId, application, scopes })).token;
  };
  const token = await tokenFor(...SCOPES);
  return {
    url: SERVER,
    token,
    client: createBincard({ url: SERVER, token }),
    tokenFor,
    async signIn(context, options = {}) {
      const url = options.url ?? SERVER;
      const answer = await context.request.post(`${url}/console/session`, {
        headers: { "x-bincard-console": "1", origin: url },
        data: { token: options.token ?? token },
      });
      if (!answer.ok()) throw new Error(`not signed in: ${await answer.text()}`);
    },
  };
}

/** What the tests' shops sell: a location for each name, and one item for each variation. */
export async function furnish(
  { client }: Shop,
  { locations, items }: { locations: readonly string[]; items: readonly string[] },
): Promise<void> {
  // The one every merchant begins with has an id that nobody chose.
  for await (const { id } of client.locations.list.each())
    await client.locations.update({ id, name: `Closed ${id}`, status: "INACTIVE" });
  for (const name of locations) await client.locations.create({ id: name.toUpperCase(), name });
  await client.catalog.upsert({
    objects: items.map((id) => ({
      type: "ITEM" as const,
      id: `${id}-ITEM`,
      name: id.charAt(0) + id.slice(1).toLowerCase(),
      variations: [{ id, name: "Regular", sku: id }],
    })),
  });
}

/** One adjustment, as a till or a delivery reports it. */
export async function report(
  { client }: Shop,
  [verb, item, quantity, location]: readonly [
    "receive" | "sell" | "waste",
    item: string,
    quantity: string,
    location: string,
  ],
  occurredAt = new Date(),
): Promise<void> {
  const states = {
    receive: ["NONE", "IN_STOCK"],
    sell: ["IN_STOCK", "SOLD"],
    waste: ["IN_STOCK", "WASTE"],
  } as const;
  const [fromState, toState] = states[verb];
  await client.changes.create({
    changes: [
      {
        type: "ADJUSTMENT",
        catalogObjectId: item,
        locationId: location,
        fromState,
        toState,
        quantity,
        occurredAt: occurredAt.toISOString(),
      },
    ],
  });
}
