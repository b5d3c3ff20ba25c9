import type { Page } from "@playwright/test";
import { faultsInBothThemes } from "./axe-faults.ts";
import { expect, furnish, report, type Shop, test } from "./stage.ts";

const SHOPS = { locations: ["Main", "Cellar"], items: ["TEA", "RICE", "OIL"] };

async function stocked(shop: Shop): Promise<void> {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "10", "MAIN"]);
}

async function choose(page: Page, name: string, lines: readonly string[]): Promise<void> {
  const buffer = Buffer.from(`${lines.join("\n")}\n`);
  await page.getByLabel("CSV file").setInputFiles({ name, mimeType: "text/csv", buffer });
}

const check = async (page: Page) => page.getByRole("button", { name: "Check the file" }).click();
const fact = (page: Page, label: string) =>
  page.locator("dl > div", { hasText: label }).locator("dd");
const quantities = async ({ client }: Shop) => {
  const { counts } = await client.counts.list({ states: ["IN_STOCK"] });
  return Object.fromEntries(
    counts.map(({ catalogObjectId, locationId, quantity }) => [
      `${catalogObjectId} ${locationId}`,
      quantity,
    ]),
  );
};

test("a stock list: what it means is guessed, what it would do is shown, then it is done", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await page.goto("/import");
  await choose(page, "stock.csv", [
    "SKU;Store;On hand",
    "TEA;Main;7.5",
    "RICE;Main;4",
    "OIL;Cellar;",
    "NOPE;Main;1",
    "RICE;Main;many",
  ]);
  await expect(page.getByRole("combobox", { name: "Columns are cut by" })).toHaveValue(";");
  await expect(page.getByRole("combobox", { name: "Item", exact: true })).toHaveValue("SKU");
  await check(page);
  await expect(fact(page, "Rows")).toHaveText("5");
  await expect(fact(page, "Left out")).toHaveText("1");
  await expect(fact(page, "Cannot be taken")).toHaveText("2");
  const rejected = page.getByRole("table", { name: /rows cannot be taken/ });
  await expect(rejected.getByRole("row", { name: /^5/ })).toContainText(
    'no item has the sku "NOPE"',
  );
  await expect(rejected.getByRole("row", { name: /^6/ })).toContainText("quantity");
  const preview = page.getByRole("table", { name: /before and after/ });
  await expect(preview.getByRole("row", { name: /^Tea/ })).toContainText(/Main\s*10\s*7.5\s*−2.5/);
  expect(await quantities(shop)).toEqual({ "TEA MAIN": "10" });
  await page.getByRole("button", { name: "Apply 2 changes" }).click();
  await expect(page.getByText("2 rows are imported, as 2 changes.")).toBeVisible();
  expect(await quantities(shop)).toEqual({ "TEA MAIN": "7.5", "RICE MAIN": "4" });
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the rows that were not taken" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("stock.rejected.csv");
  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).toString()).toMatch(
    /^SKU;Store;On hand;reason\nNOPE;Main;1;"line 5: no item has the sku ""NOPE"""\nRICE;Main;many;/,
  );
});

test("the same file again doubles nothing", async ({ page, shop }) => {
  await stocked(shop);
  const lines = ["SKU,Qty,Date,Location", "TEA,3,2026-11-20,Main", "RICE,2,2026-11-21,Main"];
  for (const [round, said] of ["2 rows are imported", "2 had been imported before"].entries()) {
    await page.goto("/import");
    await choose(page, `sales-${round}.csv`, lines);
    await page.getByRole("combobox", { name: "Each row is one of" }).selectOption("sell");
    await expect(page.getByRole("combobox", { name: "Written as" })).toHaveValue("YYYY-MM-DD");
    await check(page);
    await page.getByRole("button", { name: "Apply 2 changes" }).click();
    await expect(page.getByText(said)).toBeVisible();
  }
  expect(await quantities(shop)).toEqual({ "TEA MAIN": "7", "RICE MAIN": "-2" });
});

test("stopped, closed and gone on with: each row once", async ({ page, shop, context }) => {
  await stocked(shop);
  const lines = ["SKU,Qty,Location", ...Array.from({ length: 350 }, () => "TEA,1,Main")];
  await page.goto("/import");
  await choose(page, "receipts.csv", lines);
  await page.getByRole("combobox", { name: "Each row is one of" }).selectOption("receive");
  await check(page);
  let held = 0;
  let stopped = () => {};
  const isStopped = new Promise<void>((resolve) => (stopped = resolve));
  await page.route("**/trpc/changes.create", async (route) => {
    held += 1;
    if (held === 2) await isStopped;
    await route.continue();
  });
  await page.getByRole("button", { name: "Apply 350 changes" }).click();
  await expect(page.getByText("100 of 350 rows")).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  stopped();
  await expect(page.getByText("Stopped after 200 rows")).toBeVisible();
  await page.close();
  const again = await context.newPage();
  await again.goto("/import");
  await choose(again, "receipts.csv", lines);
  await again.getByRole("button", { name: "Go on with the same settings" }).click();
  await again.getByRole("button", { name: "Apply 350 changes" }).click();
  await expect(again.getByText("150 rows are imported")).toBeVisible();
  expect(await quantities(shop)).toEqual({ "TEA MAIN": "360" });
});

test("what is missing is made, where that is wished", async ({ page, shop }) => {
  await furnish(shop, { locations: ["Main"], items: ["TEA"] });
  await page.goto("/import");
  await choose(page, "new.csv", ["SKU,Name,Shop,Qty", "MUG,Blue mug,Market,6"]);
  await page.getByLabel("Make items that are missing").check();
  await page.getByLabel("Make locations that are missing").check();
  await check(page);
  const preview = page.getByRole("table", { name: /before and after/ });
  await expect(preview.getByRole("row", { name: /Blue mug/ })).toContainText("new");
  await page.getByRole("button", { name: "Apply 1 change" }).click();
  await expect(page.getByText("1 row is imported, as 1 change.")).toBeVisible();
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /Blue mug/ })).toContainText("6");
});

test("what is not said is asked for beside its field; what is no CSV is said in a sentence", async ({
  page,
  shop,
}) => {
  await stocked(shop);
  await page.goto("/import");
  await choose(page, "bad.csv", ['a,"b', "1,2"]);
  await expect(page.getByRole("alert").filter({ hasText: "bad.csv is not CSV" })).toBeVisible();
  await choose(page, "odd.csv", ["a,b", "1,2"]);
  await check(page);
  await expect(
    page.getByRole("combobox", { name: "Item", exact: true }),
  ).toHaveAccessibleDescription("Which column names the item?");
});

test("has no fault that axe finds, in either theme", async ({ page, shop }) => {
  await stocked(shop);
  await page.goto("/import");
  await expect(page.getByLabel("CSV file")).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await choose(page, "stock.csv", ["SKU,Location,Qty", "TEA,Main,7", "NOPE,Main,1"]);
  await check(page);
  await expect(page.getByRole("button", { name: "Apply 1 change" })).toBeVisible();
  await expect(page.getByRole("table", { name: /before and after/ })).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await page.getByRole("button", { name: "Apply 1 change" }).click();
  await expect(page.getByText("1 row is imported")).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
});
