import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadDemo } from "@bincard/demo";
import type { Page } from "@playwright/test";
import { newMerchant, type Visited, visiting } from "./visit.ts";

/**
 * What the console's budgets come to on this machine: `pnpm --filter @bincard/web measure`, after a build.
 * Server, PostgreSQL and browser share its processors.
 */
const DIST = fileURLToPath(new URL("../dist/assets", import.meta.url));
const ROWS = 50_000;
const PLACES = 50;
/** Rows that have a count everywhere; the others have none. */
const COUNTED_ROWS = 2_000;
const CHANGES = 100_000;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const at = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
const say = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);
const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

await visiting(async (server, browser) => {
  say("machine", `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, shared by all of it`);
  const everything = readdirSync(DIST).map(
    (file) => gzipSync(readFileSync(`${DIST}/${file}`)).length,
  );
  say(
    "all files of the build, gzip",
    `${(everything.reduce((a, b) => a + b) / 1_000).toFixed(0)} kB`,
  );
  const demo = await newMerchant(server, browser, "Demo");
  await loadDemo(demo.client);
  await firstPaint(demo);
  const large = await newMerchant(server, browser, "Large");
  await furnish(large);
  await scrolling(large);
  await picture(large);
});

async function firstPaint(merchant: Visited): Promise<void> {
  const painted: number[] = [];
  const shown: number[] = [];
  let bytes = 0;
  for (let turn = 0; turn < 5; turn += 1) {
    const page = await merchant.open();
    bytes = 0;
    page.on("response", (response) => {
      if (!/\/trpc\//.test(response.url()))
        bytes += Number(response.headers()["content-length"] ?? 0);
    });
    await page.goto("/stock");
    await page
      .getByRole("gridcell", { name: /^[\d,]/ })
      .first()
      .waitFor();
    const times = await page.evaluate(() => ({
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      shown: performance.now(),
    }));
    painted.push(times.paint);
    shown.push(times.shown);
    await page.context().close();
  }
  say("demo, first contentful paint, empty cache (median of 5)", ms(median(painted)));
  say("demo, first quantity on the screen (median of 5)", ms(median(shown)));
}

async function furnish({ client }: Visited): Promise<void> {
  const begun = performance.now();
  const locations: string[] = [];
  for (let place = 0; place < PLACES; place += 1) {
    const id = `L${String(place).padStart(2, "0")}`;
    await client.locations.create({ id, name: `Shop ${place + 1}` });
    locations.push(id);
  }
  const name = (row: number) => `V${String(row).padStart(5, "0")}`;
  for (let first = 0; first < ROWS; first += 5_000)
    await client.catalog.upsert({
      objects: Array.from({ length: 5_000 }, (_, offset) => {
        const id = name(first + offset);
        return {
          type: "ITEM" as const,
          id: `I-${id}`,
          name: `Item ${id}`,
          variations: [{ id, name: "Regular", sku: id }],
        };
      }),
    });
  const occurredAt = new Date().toISOString();
  for (let row = 0; row < COUNTED_ROWS; row += 20)
    await client.changes.create({
      changes: Array.from({ length: 20 * PLACES }, (_, index) => ({
        type: "PHYSICAL_COUNT" as const,
        catalogObjectId: name(row + Math.floor(index / PLACES)),
        locationId: locations[index % PLACES] ?? "L00",
        state: "IN_STOCK" as const,
        quantity: String((row * 7 + index * 13) % 400),
        occurredAt,
      })),
    });
  for (let made = 0; made < CHANGES; made += 1_000)
    await client.changes.create({
      idempotencyKey: randomUUID(),
      changes: Array.from({ length: 1_000 }, (_, index) => {
        const number = made + index;
        const isSale = number % 10 !== 0;
        return {
          type: "ADJUSTMENT" as const,
          catalogObjectId: name(ROWS - 1),
          locationId: "L00",
          fromState: isSale ? ("IN_STOCK" as const) : ("NONE" as const),
          toState: isSale ? ("SOLD" as const) : ("IN_STOCK" as const),
          quantity: isSale ? "1" : "9",
          occurredAt: new Date(Date.now() - (CHANGES - number) * 60_000).toISOString(),
        };
      }),
    });
  say("(furnishing the large merchant)", ms(performance.now() - begun));
}

async function scrolling(merchant: Visited): Promise<void> {
  const page = await merchant.open();
  const begun = performance.now();
  await page.goto("/stock");
  await page.getByText(`${ROWS.toLocaleString("en")} items · ${PLACES + 1} locations`).waitFor();
  say(`${ROWS} rows × ${PLACES} locations, whole catalog read`, ms(performance.now() - begun));
  const down = await frames(page, { x: 0, y: 400 });
  tell(`scrolling down, 400 px a frame, through rows with counts`, down);
  const across = await frames(page, { x: 120, y: 0 });
  tell(`scrolling across, 120 px a frame`, across);
  const find = await page.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>("[aria-label='Find items']");
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
    const begun = performance.now();
    set?.call(box, "V4321");
    box?.dispatchEvent(new Event("input", { bubbles: true }));
    while (!document.body.innerText.includes("10 of 50,000"))
      await new Promise(requestAnimationFrame);
    return performance.now() - begun;
  });
  say("finding 10 of 50,000 by typing (120 ms of it waiting)", ms(find));
  await page.context().close();
}

async function picture(merchant: Visited): Promise<void> {
  const page = await merchant.open();
  const begun = performance.now();
  await page.goto(`/items/V${ROWS - 1}?at=L00`);
  await page.locator("figure canvas").waitFor();
  say(`${CHANGES} changes, first picture`, ms(performance.now() - begun));
  await page
    .getByText(`${CHANGES.toLocaleString("en")} changes`, { exact: true })
    .waitFor({ timeout: 120_000 });
  say(`${CHANGES} changes, all read and drawn`, ms(performance.now() - begun));
  const spans = await page.evaluate(async () => {
    const picture = document.querySelector<HTMLElement>("[role=application]");
    const taken: number[] = [];
    for (const key of ["+", "+", "+", "+", "+", "+", "-", "-", "-", "-", "-", "-"]) {
      await new Promise(requestAnimationFrame);
      const begun = performance.now();
      picture?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      taken.push(performance.now() - begun);
    }
    return taken;
  });
  say(
    "zooming, from key to picture (median, worst of 12)",
    `${ms(median(spans))}, ${ms(Math.max(...spans))}`,
  );
  await page.context().close();
}

function tell(what: string, taken: readonly number[]): void {
  const long = taken.filter((value) => value > 50).length;
  say(
    `${what}: frame`,
    `median ${ms(median(taken))}, 95th ${ms(at(taken, 0.95))}, worst ${ms(Math.max(...taken))}, over 50 ms: ${long} of ${taken.length}`,
  );
}

async function frames(page: Page, by: { x: number; y: number }): Promise<number[]> {
  await page.getByRole("gridcell", { name: /^\d/ }).first().waitFor();
  return page.evaluate(async ({ x, y }) => {
    const grid = document.querySelector("[role=grid]");
    const taken: number[] = [];
    let before = await new Promise<number>(requestAnimationFrame);
    for (let frame = 0; frame < 180; frame += 1) {
      grid?.scrollBy(x, y);
      const now = await new Promise<number>(requestAnimationFrame);
      taken.push(now - before);
      before = now;
    }
    grid?.scrollTo(0, 0);
    return taken;
  }, by);
}
