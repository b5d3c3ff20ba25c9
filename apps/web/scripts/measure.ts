import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadDemo } from "@bincard/demo";
import type { Page } from "@playwright/test";
import { measureCount } from "./measure-count.ts";
import { newMerchant, type Visited, visiting } from "./visit.ts";

/**
 * What the console's budgets come to on this machine: `pnpm --filter @bincard/web measure`, after a build; with
 * "paint", "sheet", "picture" or "count" behind it, that part alone. Server, PostgreSQL and browser share its processors.
 */
const DIST = fileURLToPath(new URL("../dist/assets", import.meta.url));
const ROWS = 50_000;
const PLACES = 50;
/** Every row has a count at so many of the places, each row at others. */
const COUNTED_PLACES = 5;
/** Batches that are under way at once. */
const WRITERS = 4;
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
  const [part] = process.argv.slice(2);
  const isWanted = (name: string) => part === undefined || part === name;
  if (isWanted("paint")) {
    const demo = await newMerchant(server, browser, "Demo");
    await loadDemo(demo.client);
    await firstPaint(demo);
  }
  if (isWanted("sheet")) {
    const large = await newMerchant(server, browser, "Large");
    await furnish(large);
    await scrolling(large);
  }
  if (isWanted("picture")) {
    const busy = await newMerchant(server, browser, "Busy");
    await makeHistory(busy);
    await picture(busy);
  }
  if (isWanted("count")) await measureCount(await newMerchant(server, browser, "Count"), say);
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
  for (let place = 0; place < PLACES; place += 1) {
    const id = `L${String(place).padStart(2, "0")}`;
    await client.locations.create({ id, name: `Shop ${place + 1}` });
  }
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
  const rowsPerBatch = 1_000 / COUNTED_PLACES;
  const firsts = Array.from({ length: ROWS / rowsPerBatch }, (_, batch) => batch * rowsPerBatch);
  const write = async () => {
    for (let first = firsts.pop(); first !== undefined; first = firsts.pop())
      await client.changes.create({ changes: countsOf(first, rowsPerBatch, occurredAt) });
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  say(
    `(furnishing ${ROWS} rows with ${ROWS * COUNTED_PLACES} counts)`,
    ms(performance.now() - begun),
  );
}

function name(row: number): string {
  return `V${String(row).padStart(5, "0")}`;
}

function countsOf(first: number, rows: number, occurredAt: string) {
  return Array.from({ length: rows * COUNTED_PLACES }, (_, index) => {
    const row = first + Math.floor(index / COUNTED_PLACES);
    const place = (row * 7 + (index % COUNTED_PLACES) * 11) % PLACES;
    return {
      type: "PHYSICAL_COUNT" as const,
      catalogObjectId: name(row),
      locationId: `L${String(place).padStart(2, "0")}`,
      state: "IN_STOCK" as const,
      quantity: String((row * 7 + index * 13) % 400),
      occurredAt,
    };
  });
}

/** One item that was sold and delivered all the time. */
async function makeHistory({ client }: Visited): Promise<void> {
  const begun = performance.now();
  await client.locations.create({ id: "L00", name: "Shop" });
  await client.catalog.upsert({
    objects: [
      { type: "ITEM", id: "I", name: "Milk", variations: [{ id: "MILK", name: "Regular" }] },
    ],
  });
  for (let made = 0; made < CHANGES; made += 1_000)
    await client.changes.create({
      idempotencyKey: randomUUID(),
      changes: Array.from({ length: 1_000 }, (_, index) => {
        const number = made + index;
        const isSale = number % 10 !== 0;
        return {
          type: "ADJUSTMENT" as const,
          catalogObjectId: "MILK",
          locationId: "L00",
          fromState: isSale ? ("IN_STOCK" as const) : ("NONE" as const),
          toState: isSale ? ("SOLD" as const) : ("IN_STOCK" as const),
          quantity: isSale ? "1" : "9",
          occurredAt: new Date(Date.now() - (CHANGES - number) * 60_000).toISOString(),
        };
      }),
    });
  say(`(making ${CHANGES} changes)`, ms(performance.now() - begun));
}

async function scrolling(merchant: Visited): Promise<void> {
  const page = await merchant.open();
  const begun = performance.now();
  await page.goto("/stock");
  await page.getByText(`${ROWS.toLocaleString("en")} items · ${PLACES + 1} locations`).waitFor();
  say(`${ROWS} rows × ${PLACES} locations, whole catalog read`, ms(performance.now() - begun));
  const down = await frames(page, { x: 0, y: 400 });
  tell(`scrolling down, 400 px a frame, through rows with counts`, down.taken);
  say(
    "rows that the scrolling stopped at, all counts on the screen after",
    ms(await settled(page)),
  );
  await live(merchant, page);
  const across = await frames(page, { x: 120, y: 0 });
  tell(`scrolling across, 120 px a frame`, across.taken);
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
  await page.goto("/items/MILK?at=L00");
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

async function frames(page: Page, by: { x: number; y: number }) {
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
    return { taken, top: grid?.scrollTop ?? 0 };
  }, by);
}

/** How long it takes until no cell on the screen waits for its count. */
async function settled(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const begun = performance.now();
    while (document.querySelector("[role=gridcell] [aria-label='being read']") !== null) {
      await new Promise(requestAnimationFrame);
      if (performance.now() - begun > 20_000) throw new Error("some counts never came");
    }
    return performance.now() - begun;
  });
}

/** Watches a cell from here on; `moved` is when it says something else. What is shown of a row is in its total. */
function watch(cell: Element): void {
  const before = cell.textContent;
  const until = performance.now() + 20_000;
  Reflect.set(
    globalThis,
    "moved",
    (async () => {
      while (cell.textContent === before) {
        await new Promise(requestAnimationFrame);
        if (performance.now() > until) throw new Error("the change never showed");
      }
    })(),
  );
}

/** A sale elsewhere, deep in the sheet: how long until it is on the screen. */
async function live({ client }: Visited, page: Page): Promise<void> {
  const row = page.getByRole("row").filter({ has: page.getByRole("gridcell", { name: /^\d/ }) });
  const id = /V\d{5}/.exec(await row.nth(3).innerText())?.[0] ?? "";
  const first = (await client.counts.list({ catalogObjectIds: [id] })).counts[0];
  if (first === undefined) throw new Error(`${id} has no count`);
  const total = page
    .getByRole("row", { name: new RegExp(id) })
    .getByRole("gridcell")
    .first();
  const taken: number[] = [];
  for (let sale = 1; sale <= 5; sale += 1) {
    await total.evaluate(watch);
    const begun = performance.now();
    await client.changes.create({
      changes: [
        {
          type: "PHYSICAL_COUNT",
          catalogObjectId: id,
          locationId: first.locationId,
          state: "IN_STOCK",
          quantity: String(70_000 + sale),
          occurredAt: new Date().toISOString(),
        },
      ],
    });
    await page.evaluate(async () => {
      await Promise.resolve<unknown>(Reflect.get(globalThis, "moved"));
    });
    taken.push(performance.now() - begun);
  }
  say("a change elsewhere, from sent to shown (median of 5)", ms(median(taken)));
}
