import { type Bincard, createBincard } from "@bincard/client";
import {
  type Browser,
  type BrowserContextOptions,
  chromium as engine,
  type Page,
} from "@playwright/test";
import { chromium, CHROMIUM_ARGUMENTS } from "../test/chromium.ts";
import { type Server, startServer } from "../test/server.ts";

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
  "ADMIN",
] as const;

/** A merchant with a token for everything. */
export interface Visited {
  readonly url: string;
  readonly token: string;
  readonly client: Bincard;
  /** A page that is signed in, with nothing in its cache. */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** A server and a browser of their own, for as long as the work takes. */
export async function visiting(work: (server: Server, browser: Browser) => Promise<void>) {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("there is no Chromium on this machine");
  const server = await startServer();
  const browser = await engine.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
  try {
    await work(server, browser);
  } finally {
    await browser.close();
    await server.stop();
  }
}

export async function newMerchant(
  { url, rootToken }: Server,
  browser: Browser,
  name: string,
): Promise<Visited> {
  const root = createBincard({ url, token: rootToken });
  const { merchant } = await root.merchants.create({ name });
  const { token } = await root.tokens.create({
    merchantId: merchant.id,
    application: { name: "Console" },
    scopes: [...SCOPES],
  });
  return {
    url,
    token,
    client: createBincard({ url, token }),
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1_280, height: 800 },
        locale: "en-GB",
        baseURL: url,
        ...options,
      });
      const answer = await context.request.post("/console/session", {
        headers: { "x-bincard-console": "1", origin: url },
        data: { token },
      });
      if (!answer.ok()) throw new Error(`not signed in: ${await answer.text()}`);
      return context.newPage();
    },
  };
}
