import type { Page } from "@playwright/test";
import { faultsInBothThemes } from "./axe-faults.ts";
import { expect, furnish, report, type Shop, test } from "./stage.ts";

const SHOPS = { locations: ["Main", "Cellar"], items: ["TEA", "RICE", "OIL"] };

async function stocked(shop: Shop): Promise<void> {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "10", "MAIN"]);
  await report(shop, ["receive", "RICE", "4", "MAIN"]);
}

async function begin(page: Page, how: "Blind" | "Beside the ledger's numbers" = "Blind") {
  await page.goto("/count?at=MAIN");
  await page.getByLabel(how).check();
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByLabel("Scan or type")).toBeFocused();
}

/** As a scanner does: a code at once, with Enter behind it, wherever the focus is. */
async function scan(page: Page, code: string): Promise<void> {
  await page.evaluate((typed) => {
    const began = performance.now();
    for (const [index, key] of [...typed, "Enter"].entries()) {
      const target = document.activeElement ?? document.body;
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      // A real one carries the time of the keyboard, however slow the page is.
      Object.defineProperty(event, "timeStamp", { value: began + index });
      if (target.dispatchEvent(event) && key.length === 1)
        document.execCommand("insertText", false, key);
    }
  }, code);
}

const entry = (page: Page) => page.getByLabel("Scan or type");
const row = (page: Page, name: RegExp) => page.getByRole("row", { name });

test("a stock-take: sales during the count do not spoil it, and it is posted once", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await begin(page);
  await entry(page).fill("8 x tea");
  await entry(page).press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "Tea: 8" })).toBeVisible();
  await entry(page).fill("rice");
  await entry(page).press("Enter");
  await entry(page).fill("4");
  await entry(page).press("Enter");
  await expect(page.getByLabel("Counted, Rice")).toHaveValue("4");
  // Two are sold after the tea was counted: the ledger moves on, the difference does not.
  await new Promise((wake) => setTimeout(wake, 20));
  await report(shop, ["sell", "TEA", "2", "MAIN"]);
  await page.getByRole("button", { name: "Review" }).click();
  await expect(page.getByText("1 of 2 differ from the ledger")).toBeVisible();
  await expect(row(page, /^Tea/).getByRole("cell").nth(1)).toHaveText("10");
  await expect(row(page, /^Tea/).getByRole("cell").nth(2)).toHaveText("−2");
  await expect(row(page, /^Rice/).getByRole("cell").nth(2)).toHaveText("0");
  // And while it is reviewed.
  await report(shop, ["sell", "TEA", "1", "MAIN"]);
  await expect(row(page, /^Tea/).getByRole("cell").nth(1)).toHaveText("10");
  await page.getByRole("button", { name: "Post 2 counts" }).click();
  await expect(page.getByText("Posted 2 counts")).toBeVisible();
  const { counts } = await shop.client.counts.list({ states: ["IN_STOCK"] });
  expect(Object.fromEntries(counts.map((each) => [each.catalogObjectId, each.quantity]))).toEqual({
    TEA: "5",
    RICE: "4",
  });
  const { changes } = await shop.client.changes.list({ types: ["PHYSICAL_COUNT"] });
  expect(changes.map(({ referenceId }) => referenceId)).toEqual([
    expect.stringMatching(/^Count of \d{4}-\d\d-\d\d$/),
    expect.stringMatching(/^Count of/),
  ]);
});

test("a scanner is heard wherever the focus is, and leaves no digits behind", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await shop.client.catalog.upsert({
    objects: [
      {
        type: "ITEM",
        id: "MUG-ITEM",
        name: "Mug",
        variations: [{ id: "MUG", name: "Regular", upc: "2000000010007" }],
      },
    ],
  });
  await begin(page);
  await page.getByLabel("Counted, Tea").fill("7");
  await scan(page, "2000000010007");
  await scan(page, "2000000010007");
  await expect(page.getByLabel("Counted, Mug")).toHaveValue("2");
  await expect(page.getByLabel("Counted, Tea")).toHaveValue("7");
  await scan(page, "9999999999994");
  await expect(entry(page)).toHaveAccessibleDescription(/No item has the code/);
});

test("a closed tab loses nothing; nor does an answer that never came", async ({
  page,
  shop,
  context,
}) => {
  await stocked(shop);
  await begin(page);
  await entry(page).fill("9 x tea");
  await entry(page).press("Enter");
  await page.close();
  const again = await context.newPage();
  await again.goto("/count?at=MAIN");
  await expect(again.getByLabel("Counted, Tea")).toHaveValue("9");
  await again.getByRole("button", { name: "Review" }).click();
  // It arrives, and its answer does not: until the network is back.
  let isCut = true;
  await again.route("**/trpc/changes.create", async (route) => {
    if (!isCut) return route.continue();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await again.getByRole("button", { name: "Post 1 count" }).click();
  await expect(again.getByRole("button", { name: "Posting…" })).toBeVisible();
  await again.reload();
  await expect(again.getByText("no answer came")).toBeVisible();
  isCut = false;
  await again.getByRole("button", { name: "Send again" }).click();
  await expect(again.getByText("Posted 1 count", { exact: true })).toBeVisible();
  const { changes } = await shop.client.changes.list({ types: ["PHYSICAL_COUNT"] });
  expect(changes).toHaveLength(1);
});

/** A page of the same browser, at the count that is under way. */
async function another(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto("/count?at=MAIN");
  await expect(entry(tab)).toBeFocused();
  return tab;
}

test("two tabs at one sheet: each shows what the other counts, and neither overwrites it", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await begin(page);
  const tab = await another(page);
  await Promise.all(
    [page, tab].map(async (each) => {
      for (let time = 0; time < 10; time += 1) {
        await entry(each).fill("TEA");
        await entry(each).press("Enter");
      }
    }),
  );
  await entry(tab).fill("3 x rice");
  await entry(tab).press("Enter");
  for (const each of [page, tab]) {
    await expect(each.getByLabel("Counted, Tea")).toHaveValue("20");
    await expect(each.getByLabel("Counted, Rice")).toHaveValue("3");
  }
  await tab.getByRole("button", { name: "Clear Rice" }).click();
  await expect(page.getByLabel("Counted, Rice")).toHaveValue("");
  // Whoever posts it ends it for both; what is counted while it is posted stays.
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("button", { name: "Post 1 count" }).click();
  await expect(page.getByText("Posted 1 count", { exact: true })).toBeVisible();
  await expect(tab.getByRole("button", { name: "Begin" })).toBeVisible();
});

test("a sheet that was kept whole is taken over", async ({ page, shop }) => {
  await stocked(shop);
  const { merchant } = await shop.client.tokens.current();
  const kept = {
    version: 1,
    locationId: "MAIN",
    begunAt: "2026-11-20T09:00:00.000Z",
    isBlind: true,
    referenceId: "Begun before",
    planned: ["OIL", "RICE", "TEA"],
    lines: { TEA: { quantity: "7", at: "2026-11-20T09:01:00.000Z" } },
    last: "TEA",
  };
  await page.goto("/changes");
  const name = `bincard.count.${merchant.id}.MAIN`;
  await page.evaluate(([key, text]) => localStorage.setItem(key, text), [
    name,
    JSON.stringify(kept),
  ] as const);
  await page.goto("/count?at=MAIN");
  await expect(page.getByLabel("Counted, Tea")).toHaveValue("7");
  await entry(page).fill("2 x oil");
  await entry(page).press("Enter");
  await page.reload();
  await expect(page.getByLabel("Counted, Oil")).toHaveValue("2");
  await expect(page.getByLabel("Counted, Tea")).toHaveValue("7");
  expect(await page.evaluate((key) => localStorage.getItem(key), name)).toBeNull();
});

test("a line that the database had not taken yet is not lost with its tab", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await begin(page);
  await page.reload();
  await expect(entry(page)).toBeFocused();
  // From here on the database takes nothing: as if it had no time to.
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function halted(...given) {
      if (given[1] !== "readwrite") return transaction.apply(this, given);
      throw new DOMException("the tab is closed by then", "AbortError");
    };
  });
  await entry(page).fill("9 x tea");
  await entry(page).press("Enter");
  await expect(page.getByText("This browser keeps nothing")).toBeVisible();
  await page.close();
  const again = await another(page);
  await expect(again.getByLabel("Counted, Tea")).toHaveValue("9");
  await again.reload();
  await expect(again.getByLabel("Counted, Tea")).toHaveValue("9");
});

test("a sheet of more lines than a batch takes is posted as batches, each once, whatever becomes of the tab", async ({
  page,
  shop,
  context,
}) => {
  const items = Array.from({ length: 2_300 }, (_, at) => `ITEM${String(at).padStart(4, "0")}`);
  await furnish(shop, { locations: ["Main"], items });
  await page.goto("/count?at=MAIN");
  await page.getByLabel("The whole catalog").check();
  await page.getByRole("button", { name: "Begin" }).click();
  await entry(page).fill("7 x item0003");
  await entry(page).press("Enter");
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("button", { name: "Count them as 0" }).click();
  await expect(page.getByText("so this goes as 3 batches")).toBeVisible();
  // The second batch arrives, and its answer does not.
  let batches = 0;
  await page.route("**/trpc/changes.create", async (route) => {
    batches += 1;
    if (batches === 1) return route.continue();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "Post 2,300 counts" }).click();
  await expect(page.getByText("1,000 counts of this sheet are in the ledger")).toBeVisible();
  await expect.poll(() => batches).toBeGreaterThan(1);
  await page.close();
  const again = await context.newPage();
  await again.goto("/count?at=MAIN");
  await expect(again.getByText("One batch of this was sent, and no answer came")).toBeVisible();
  await again.getByRole("button", { name: "Send again" }).click();
  await expect(again.getByText("Posted 2,300 counts", { exact: true })).toBeVisible();
  const counted: string[] = [];
  for await (const change of shop.client.changes.list.each({ limit: 1_000 }))
    counted.push(change.catalogObjectId);
  expect(counted.toSorted()).toEqual(items);
});

test("a batch that is refused leaves those before it, and can be mended", async ({
  page,
  shop,
}) => {
  const items = Array.from({ length: 1_200 }, (_, at) => `ITEM${String(at).padStart(4, "0")}`);
  await furnish(shop, { locations: ["Main"], items });
  await page.goto("/count?at=MAIN");
  await page.getByLabel("The whole catalog").check();
  await page.getByRole("button", { name: "Begin" }).click();
  await entry(page).fill("7 x item0003");
  await entry(page).press("Enter");
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("button", { name: "Count them as 0" }).click();
  await shop.client.catalog.delete({ ids: ["ITEM1199-ITEM"] });
  await page.getByRole("button", { name: "Post 1,200 counts" }).click();
  await expect(page.getByText("1,000 counts of this sheet are in the ledger")).toBeVisible();
  await expect(
    row(page, /ITEM1199/i)
      .first()
      .getByRole("alert"),
  ).toContainText("ITEM1199");
  await page.getByRole("button", { name: "Go on counting" }).click();
  await expect(page.getByText("1,000 more are posted already")).toBeVisible();
  await entry(page).fill("item1199");
  await page.getByLabel("Count sheet").press("End");
  await page.getByRole("button", { name: /Clear Item1199/ }).click();
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("button", { name: "Post 199 counts" }).click();
  await expect(page.getByText("Posted 1,199 counts", { exact: true })).toBeVisible();
});

test("sales show beside the lines while they are counted", async ({ page, shop }) => {
  await stocked(shop);
  await begin(page, "Beside the ledger's numbers");
  await expect(row(page, /^Tea/).getByRole("cell").first()).toHaveText("10");
  await report(shop, ["sell", "TEA", "2.5", "MAIN"]);
  await expect(row(page, /^Tea/).getByRole("cell").first()).toHaveText("7.5");
});

test("what the ledger refuses stands beside its line, and can be mended", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await begin(page);
  await entry(page).fill("9 x tea");
  await entry(page).press("Enter");
  await entry(page).fill("3 x rice");
  await entry(page).press("Enter");
  await shop.client.catalog.delete({ ids: ["TEA-ITEM"] });
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("button", { name: "Post 2 counts" }).click();
  await expect(row(page, /TEA/i).first().getByRole("alert")).toContainText("TEA");
  await page.getByRole("button", { name: "Go on counting" }).click();
  await page.getByRole("button", { name: /Clear .*TEA|Clear Tea/ }).click();
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("button", { name: "Post 1 count" }).click();
  await expect(page.getByText("Posted 1 count", { exact: true })).toBeVisible();
});

test("by keyboard alone, down the sheet; what nobody found is counted as 0", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await begin(page, "Beside the ledger's numbers");
  await expect(row(page, /^Tea/).getByRole("cell").first()).toHaveText("10");
  await page.getByLabel("Counted, Rice").focus();
  await page.keyboard.type("5", { delay: 60 });
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Counted, Tea")).toBeFocused();
  await page.getByRole("button", { name: "Review" }).press("Enter");
  await page.getByRole("button", { name: "Count it as 0" }).press("Enter");
  await expect(row(page, /^Tea/).getByRole("cell").nth(2)).toHaveText("−10");
  await page.getByRole("button", { name: "Post 2 counts" }).press("Enter");
  await expect(page.getByText("Posted 2 counts")).toBeVisible();
});

test("a line that somebody counted later is said to be history", async ({ page, shop }) => {
  await stocked(shop);
  await begin(page);
  await entry(page).fill("9 x tea");
  await entry(page).press("Enter");
  await new Promise((wake) => setTimeout(wake, 20));
  await shop.client.changes.create({
    changes: [
      {
        type: "PHYSICAL_COUNT",
        catalogObjectId: "TEA",
        locationId: "MAIN",
        state: "IN_STOCK",
        quantity: "6",
        occurredAt: new Date().toISOString(),
      },
    ],
  });
  await page.getByRole("button", { name: "Review" }).click();
  await expect(row(page, /^Tea/)).toContainText("this count will be history");
});

test("the printed sheet has every line, and a blind one no numbers", async ({ page, shop }) => {
  await stocked(shop);
  await page.addInitScript(() => {
    window.print = () => document.body.setAttribute("data-printed", "yes");
  });
  await begin(page);
  await page.getByRole("button", { name: "Print" }).click();
  await expect(page.locator("body[data-printed]")).toBeAttached();
  await page.emulateMedia({ media: "print" });
  const sheet = page.locator(".printed-sheet");
  await expect(sheet).toBeVisible();
  await expect(page.locator("#console")).toBeHidden();
  await expect(sheet.getByRole("row")).toHaveCount(3);
  await expect(sheet).not.toContainText("10");
});

test("has no fault that axe finds, in either theme", async ({ page, shop }) => {
  await stocked(shop);
  await page.goto("/count");
  await expect(page.getByLabel("Location")).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await page.goto("/count?at=MAIN");
  await expect(page.getByRole("button", { name: "Begin" })).toBeEnabled();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await begin(page, "Beside the ledger's numbers");
  await entry(page).fill("9 x tea");
  await entry(page).press("Enter");
  expect(await faultsInBothThemes(page)).toEqual([]);
  await page.getByRole("button", { name: "Review" }).click();
  await expect(row(page, /^Tea/)).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
});
