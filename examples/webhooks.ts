// Receives webhooks and keeps the newest count of each key, verified by Square's helper and by Standard Webhooks' package.
// Needs a running server with BINCARD_SECRET_KEY and BINCARD_WEBHOOKS_ALLOW_LOCAL=true and, from the environment,
// BINCARD_URL and BINCARD_TOKEN; what it prints is in webhooks.out.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createBincard } from "@bincard/client";
import { SquareClient, WebhooksHelper } from "square";
import { Webhook } from "standardwebhooks";
import { openShop } from "./shop.ts";

const url = process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100";
const token = process.env["BINCARD_TOKEN"] ?? "";
const bincard = createBincard({ url, token });
const square = new SquareClient({ environment: url, token });

interface StockEvent {
  readonly event_id: string;
  readonly data: { readonly object: { readonly inventory_counts: readonly StockCount[] } };
}
interface StockCount {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: string;
  readonly quantity: string;
  readonly calculated_at: string;
}

const stock = new Map<string, StockCount>();
const seen = new Set<string>();
let signatureKey = "";
let notificationUrl = "";
let attempts = 0;

async function isSquares({ headers }: IncomingMessage, requestBody: string): Promise<boolean> {
  const signatureHeader = String(headers["x-square-hmacsha256-signature"]);
  return WebhooksHelper.verifySignature({
    requestBody,
    signatureHeader,
    signatureKey,
    notificationUrl,
  });
}

/** Throws when it is not signed, or too old. */
function isStandard({ headers }: IncomingMessage, requestBody: string): void {
  const named = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
  const signed = Object.fromEntries(named.map((name) => [name, String(headers[name])]));
  new Webhook(`whsec_${signatureKey}`).verify(requestBody, signed);
}

/** As text that compares: a time has up to six places, and leaves out the zeros at its end. */
function sortable(time: string): string {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".");
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}

/** An event once, and of each key the newest count: they may come twice, and late. */
function take({ event_id: id, data }: StockEvent): void {
  if (seen.has(id)) return;
  seen.add(id);
  for (const count of data.object.inventory_counts) {
    const { catalog_object_id: item, location_id: location, state } = count;
    const key = `${item} ${location} ${state}`;
    const known = stock.get(key);
    if (known && sortable(known.calculated_at) >= sortable(count.calculated_at)) continue;
    stock.set(key, count);
    console.log(`  ${item} ${state}: ${count.quantity}`);
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", async () => {
    const body = Buffer.concat(chunks).toString("utf8");
    attempts++;
    if (!(await isSquares(request, body))) return response.writeHead(401).end();
    isStandard(request, body);
    take(JSON.parse(body) as StockEvent);
    return response.writeHead(200).end();
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
notificationUrl = `http://127.0.0.1:${port}/hooks/bincard`;

const { receive, sell, locationId } = await openShop(bincard, {
  TEA: "Green tea",
  MUG: "Blue mug",
});
const { position: opened } = await bincard.feed.locate();
const { subscription } = await square.webhooks.subscriptions.create({
  subscription: { name: "Web shop", eventTypes: ["inventory.count.updated"], notificationUrl },
});
signatureKey = subscription?.signatureKey ?? "";
const subscriptionId = subscription?.id ?? "";

/** Until the receiver holds what the ledger says. */
async function until(item: string, quantity: string): Promise<void> {
  while (stock.get(`${item} ${locationId} IN_STOCK`)?.quantity !== quantity)
    await new Promise((wake) => setTimeout(wake, 10));
}

console.log("what arrives");
await receive("TEA", "10");
await until("TEA", "10");
await sell("TEA", "3");
await until("TEA", "7");
await receive("MUG", "2.5");
await until("MUG", "2.5");

console.log("what a receiver that lost everything is told again");
stock.clear();
const { queued } = await bincard.webhooks.replay({ subscriptionId, afterPosition: opened });
await until("MUG", "2.5");
console.log(`in ${queued} delivery`);

const tried = await square.webhooks.subscriptions.test({ subscriptionId });
console.log(`trying it out: ${tried.statusCode}`);
const { deliveries } = await bincard.webhooks.deliveries({ subscriptionId });
console.log(`${deliveries.length} deliveries and a test took ${attempts} attempts`);
await square.webhooks.subscriptions.delete({ subscriptionId });
server.close();
