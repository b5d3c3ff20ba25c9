import type { CDPSession, Page } from "@playwright/test";
import type { Visited } from "./visit.ts";

const LINES = 200_000;
const LINES_PER_UPSERT = 5_000;
const ENTRIES = 30;

type Say = (what: string, value: string) => void;

const seconds = (since: number) => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
const counted = (lines: number) => `${lines.toLocaleString("en")} of`;
const skuOf = (line: number) => `C${String(line).padStart(6, "0")}`;

/** A count sheet of very many lines: filled in, closed, opened again, and posted with a cut on the way. */
export async function measureCount(merchant: Visited, say: Say): Promise<void> {
  const page = await begun(merchant, say);
  await countAll(page, say);
  await enterLines(page, say);
  const context = page.context();
  await page.close();
  const again = await opened(await context.newPage(), say);
  await post(again, say, { until: /^Posting (?:9\d|1\d\d),000 of/ });
  await again.close();
  const last = await opened(await context.newPage(), say);
  await post(last, say, { until: undefined });
  const [changes, objects] = await recorded(merchant);
  say("changes that are recorded then, and of how many items", `${changes}, ${objects}`);
  await last.context().close();
}

async function begun(merchant: Visited, say: Say): Promise<Page> {
  const { client } = merchant;
  const furnishing = performance.now();
  await client.locations.create({ id: "HERE", name: "Here" });
  for (let first = 0; first < LINES; first += LINES_PER_UPSERT)
    await client.catalog.upsert({
      objects: Array.from({ length: LINES_PER_UPSERT }, (_, offset) => {
        const id = skuOf(first + offset);
        return {
          type: "ITEM" as const,
          id: `I-${id}`,
          name: `Item ${id}`,
          variations: [{ id, name: "Regular", sku: id }],
        };
      }),
    });
  say(`(making ${LINES} items)`, seconds(furnishing));
  const page = await merchant.open();
  await page.goto("/count?at=HERE");
  await page.getByLabel("The whole catalog").check({ timeout: 300_000 });
  const beginning = performance.now();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText(`0 of ${LINES.toLocaleString("en")} counted`).waitFor();
  say(`a sheet of ${LINES} lines begins`, seconds(beginning));
  return page;
}

async function countAll(page: Page, say: Say): Promise<void> {
  await enter(page, `3 x ${skuOf(5)}`);
  await page.getByRole("button", { name: "Review" }).click();
  const counting = performance.now();
  await page.getByRole("button", { name: "Count them as 0" }).click();
  await page.getByText("lines are not counted").waitFor({ state: "detached" });
  say("counting all the others as 0: shown", seconds(counting));
  await kept(page);
  say("counting all the others as 0: kept", seconds(counting));
  await page.getByRole("button", { name: `Post ${LINES.toLocaleString("en")} counts` }).waitFor();
  const asking = performance.now();
  await page.getByRole("table").waitFor({ timeout: 600_000 });
  say("what the ledger said of all of them is on the screen", seconds(asking));
  await page.getByRole("button", { name: "Go on counting" }).click();
  await page.getByText(`${counted(LINES)} ${LINES.toLocaleString("en")} counted`).waitFor();
}

/** Until the browser's database has all lines. */
async function kept(page: Page): Promise<void> {
  while ((await page.evaluate(countKept)) < LINES)
    await new Promise((next) => setTimeout(next, 200));
}

/** Runs in the page. */
async function countKept(): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("bincard.count");
    opening.addEventListener("error", () => reject(new Error(opening.error?.message)));
    opening.addEventListener("success", () => {
      const counting = opening.result.transaction("lines").objectStore("lines").count();
      counting.addEventListener("success", () => {
        opening.result.close();
        resolve(counting.result);
      });
    });
  });
}

/** What a line costs: the page's own work, and until the screen has been drawn. */
async function enterLines(page: Page, say: Say): Promise<void> {
  for (const [what, textOf] of [
    ["by its code, one below the other", (line: number) => `7 x ${skuOf(1_000 + line)}`],
    ["by its code, anywhere", (line: number) => `7 x ${skuOf(line * 6_007)}`],
    ["by its name, anywhere", (line: number) => `8 x ${skuOf(line * 6_007).toLowerCase()} item`],
  ] as const) {
    const taken: Entered[] = [];
    for (let line = 0; line < ENTRIES; line += 1) taken.push(await enter(page, textOf(line)));
    const told = (["worked", "drawn"] as const).map((time) => {
      const sorted = taken.map((each) => each[time]).toSorted((a, b) => a - b);
      return `${sorted[ENTRIES >> 1]?.toFixed(1)} ms (worst ${sorted.at(-1)?.toFixed(0)})`;
    });
    say(`one more line, ${what}: worked, drawn after`, told.join(", "));
  }
  const browser = await page.context().newCDPSession(page);
  await browser.send("Performance.enable");
  await browser.send("HeapProfiler.collectGarbage");
  const heap = await metric(browser, "JSHeapUsedSize");
  say("heap, with the sheet and its catalog", `${(heap / 1_048_576).toFixed(0)} MiB`);
}

async function metric(browser: CDPSession, name: string): Promise<number> {
  const { metrics } = await browser.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === name)?.value ?? 0;
}

/** Milliseconds. */
interface Entered {
  readonly worked: number;
  readonly drawn: number;
}

async function enter(page: Page, text: string): Promise<Entered> {
  const box = page.getByLabel("Scan or type");
  await box.fill(text);
  return box.evaluate(async (element) => {
    const begun = performance.now();
    element.closest("form")?.requestSubmit();
    // React has drawn all of it by the end of the microtasks.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    const worked = performance.now() - begun;
    await new Promise(requestAnimationFrame);
    await new Promise((next) => setTimeout(next));
    if (element instanceof HTMLInputElement && element.value !== "")
      throw new Error(`${element.value} was not understood`);
    return { worked, drawn: performance.now() - begun };
  });
}

async function opened(page: Page, say: Say): Promise<Page> {
  const opening = performance.now();
  await page.goto("/count?at=HERE");
  const reading = page.getByText("Reading the catalog");
  await reading.waitFor();
  await reading.waitFor({ state: "detached", timeout: 300_000 });
  const sheet = performance.now();
  await done(page).waitFor({ timeout: 300_000 });
  say("opened again: shown; after the catalog", `${seconds(opening)}, ${seconds(sheet)}`);
  return page;
}

const done = (page: Page) =>
  page.getByLabel("Scan or type").or(page.getByRole("heading", { name: /^Review/ }));

async function post(page: Page, say: Say, { until }: { readonly until: RegExp | undefined }) {
  const review = page.getByRole("button", { name: "Review" });
  if (await review.isVisible()) await review.click();
  await page.getByRole("table").waitFor({ timeout: 600_000 });
  const posting = performance.now();
  await page.getByRole("button", { name: /^Post|^Send again/ }).click();
  const shown =
    until === undefined
      ? page.getByText(`Posted ${LINES.toLocaleString("en")} counts`, { exact: true })
      : page.getByRole("button", { name: until });
  await shown.waitFor({ timeout: 600_000 });
  say(until === undefined ? "the rest is posted" : "posting, until it is cut", seconds(posting));
}

async function recorded({ client }: Visited): Promise<readonly [changes: number, objects: number]> {
  const objects = new Set<string>();
  let changes = 0;
  for await (const page of client.changes.list.pages({ limit: 1_000 }))
    for (const change of page.changes) {
      changes += 1;
      objects.add(change.catalogObjectId);
    }
  return [changes, objects.size];
}
