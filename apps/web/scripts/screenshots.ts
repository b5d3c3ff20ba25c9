import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import type { Change } from "@bincard/contracts";
import { loadDemo } from "@bincard/demo";
import type { Page } from "@playwright/test";
import { timelineOf } from "../src/pages/item/timeline.ts";
import { newMerchant, visiting } from "./visit.ts";

/** The pictures of docs/console.md, from the demo's story: `pnpm --filter @bincard/web screenshots`. */
const FOLDER = fileURLToPath(new URL("../../../docs/console", import.meta.url));

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly theme?: "dark";
  readonly width?: number;
  /** What is done before, and what shows that it is there. */
  readonly ready: (page: Page) => Promise<void>;
}

const seen = (text: string | RegExp) => async (page: Page) => {
  await page.getByText(text).first().waitFor();
};

async function busiest(page: Page): Promise<void> {
  await page.locator("figure canvas").waitFor();
  await page.getByRole("table").getByRole("row").nth(3).waitFor();
}

const SHOTS: readonly Shot[] = [
  { name: "stock", path: "/stock", ready: sheetReady },
  { name: "stock-dark", path: "/stock", theme: "dark", ready: sheetReady },
  { name: "stock-low", path: "/stock?only=low&show=stock%2Cwaste", ready: sheetReady },
  { name: "stock-narrow", path: "/stock", width: 390, ready: sheetReady },
  {
    name: "receive",
    path: "/stock",
    async ready(page) {
      await sheetReady(page);
      await page.getByRole("gridcell").nth(5).click();
      await page.keyboard.press("r");
      await page.keyboard.type("12");
    },
  },
  { name: "item", path: "ITEM", ready: busiest },
  { name: "item-dark", path: "ITEM", theme: "dark", ready: busiest },
  {
    name: "changes",
    path: "/changes",
    async ready(page) {
      await page.getByRole("status", { name: "Feed" }).getByText("Live").waitFor();
      await page
        .getByRole("option", { name: /23,21\d/ })
        .first()
        .waitFor();
      await page.waitForTimeout(1_500);
      await page.getByRole("listbox", { name: "Changes" }).getByRole("option").nth(3).click();
    },
  },
  {
    name: "palette",
    path: "/stock",
    async ready(page) {
      await sheetReady(page);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find or do" }).waitFor();
    },
  },
  { name: "count", path: "/count", ready: counted },
  { name: "count-review", path: "/count", ready: reviewed },
  { name: "count-narrow", path: "/count", width: 390, ready: counted },
  { name: "import", path: "/import", ready: checkedFile },
  { name: "webhooks", path: "/webhooks", ready: seen("Delivered") },
  { name: "access", path: "/access", ready: seen("Never") },
  {
    name: "health",
    path: "/health",
    async ready(page) {
      await page.getByRole("button", { name: "Verify now" }).click();
      await page.getByText("all as they should be").waitFor();
    },
  },
];

/** A shelf at the High Street, half of it counted. */
async function counted(page: Page): Promise<void> {
  await page.getByLabel("Location").selectOption({ label: "High Street" });
  await page.getByLabel("Only items with these words").fill("mug");
  await page.getByLabel("Beside the ledger's numbers").check();
  await page.getByRole("button", { name: "Begin" }).click();
  for (const line of ["7 x MUG-BLU", "8 x MUG-CRM", "MUG-MOS", "5"]) {
    await page.getByLabel("Scan or type").fill(line);
    await page.getByLabel("Scan or type").press("Enter");
  }
}

async function reviewed(page: Page): Promise<void> {
  await counted(page);
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByText("differ from the ledger").waitFor();
}

async function checkedFile(page: Page): Promise<void> {
  const lines = [
    "SKU,Location,On hand",
    "MUG-BLU,High Street,14",
    "LESP,Riverside,18.25",
    "TRV-MOS,Riverside,6",
    "KET-CRM,Riverside,two",
  ];
  const file = { name: "stock.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) };
  await page.getByLabel("CSV file").setInputFiles(file);
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.getByRole("button", { name: "Apply 3 changes" }).waitFor();
  await page.getByRole("region", { name: "What it would do" }).scrollIntoViewIfNeeded();
}

/** Somebody who takes what is sent, and is told of two changes. */
async function subscribed(client: Parameters<typeof loadDemo>[0]): Promise<() => void> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200).end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  await client.webhooks.create({
    name: "Online shop",
    notificationUrl: `http://127.0.0.1:${port}/hooks/bincard`,
    eventTypes: ["inventory.count.updated"],
  });
  const { locations } = await client.locations.list();
  for (const quantity of ["1", "2"])
    await client.changes.create({
      changes: [
        {
          type: "ADJUSTMENT",
          catalogObjectId: "demo-PAP-2C",
          locationId: locations[0]?.id ?? "",
          fromState: "IN_STOCK",
          toState: "SOLD",
          quantity,
          occurredAt: new Date().toISOString(),
        },
      ],
    });
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

async function sheetReady(page: Page): Promise<void> {
  await page.getByRole("gridcell").nth(8).waitFor();
  await page.getByRole("gridcell", { name: "being read" }).first().waitFor({ state: "detached" });
}

await visiting(async (server, browser) => {
  const merchant = await newMerchant(server, browser, "Corner Stores");
  await loadDemo(merchant.client);
  const leave = await subscribed(merchant.client);
  const item = await itemWithTheBestStory(merchant.client);
  await mkdir(FOLDER, { recursive: true });
  const wanted = process.argv.slice(2);
  for (const { name, path, theme, width = 1_280, ready } of SHOTS) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await merchant.open({
      viewport: { width, height: width < 500 ? 780 : 800 },
      colorScheme: theme ?? "light",
      reducedMotion: "reduce",
    });
    await page.goto(path === "ITEM" ? item : path);
    await ready(page);
    // Fonts, and the last of what comes by itself.
    await page.waitForTimeout(600);
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
    await page.context().close();
    console.log(`docs/console/${name}.png`);
  }
  leave();
});

/** Where counts were off and tills were late the most: that is what the picture is for. */
async function itemWithTheBestStory(client: Parameters<typeof loadDemo>[0]): Promise<string> {
  const histories = new Map<string, Change[]>();
  for await (const change of client.changes.list.each({ limit: 1_000 })) {
    const places =
      change.type === "PHYSICAL_COUNT"
        ? [change.locationId]
        : new Set([change.fromLocationId, change.toLocationId]);
    for (const place of places) {
      const path = `/items/${encodeURIComponent(change.catalogObjectId)}?at=${place}`;
      histories.set(path, [...(histories.get(path) ?? []), change]);
    }
  }
  const told = [...histories].map(([path, changes]): [string, number] => {
    const locationId = path.split("?at=")[1] ?? "";
    const key = { locationId, state: "IN_STOCK" } as const;
    const { moments } = timelineOf(changes, key, { isComplete: true, now: undefined });
    const off = moments.filter(({ isCount, difference }) => isCount && difference !== "0");
    const stolen = off.filter(({ difference }) => difference.startsWith("-")).length;
    const late = moments.filter(({ isLate }) => isLate).length;
    const held = moments.map(({ after }) => Number(after));
    const [low, high] = [Math.min(0, ...held), Math.max(0, ...held)];
    // A story of hundreds of changes is a thicket at this size, and one below zero is mostly about that.
    const isReadable = moments.length > 25 && moments.length < 130 && -low < high / 4;
    const both = off.length > 0 && late > 0 ? 20 : 0;
    const score = both + 3 * Math.min(3, off.length) + 2 * Math.min(2, stolen) + Math.min(2, late);
    return [path, isReadable ? score : 0];
  });
  return told.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? "/stock";
}
