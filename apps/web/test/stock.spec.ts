import { expect, furnish, report, test } from "./stage.ts";

const SHOPS = { locations: ["Main", "Cellar"], items: ["TEA", "RICE", "OIL"] };

test("a sale elsewhere moves the number here", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12.5", "MAIN"]);
  await page.goto("/stock");
  const tea = page.getByRole("row", { name: /^Tea/ });
  await expect(tea.getByRole("gridcell", { name: "12.5" }).first()).toBeVisible();
  await expect(page.getByRole("status", { name: "Feed" })).toHaveText("Live");
  await report(shop, ["sell", "TEA", "2", "MAIN"]);
  await expect(tea.getByRole("gridcell", { name: "10.5" }).first()).toBeVisible();
});

test("a delivery is received, and shows at once", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  await page.getByRole("button", { name: "Receive", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Receive" });
  await dialog.getByLabel("Item").fill("rice");
  await dialog.getByLabel("Item").press("Enter");
  await dialog.getByLabel("How many came in").fill("24");
  await dialog.getByRole("button", { name: "Receive" }).click();
  await expect(page.getByText("Received 24 × Rice at Main")).toBeVisible();
  const rice = page.getByRole("row", { name: /^Rice/ });
  await expect(rice.getByRole("gridcell", { name: "24" }).first()).toBeVisible();
  const { counts } = await shop.client.counts.list({ catalogObjectIds: ["RICE"] });
  expect(counts.map(({ quantity }) => quantity)).toEqual(["24"]);
});

test("by keyboard alone: along the sheet, a count by typing its number", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "CELLAR"]);
  await page.goto("/stock");
  const grid = page.getByRole("grid", { name: "Stock" });
  await expect(grid.getByRole("row", { name: /^Tea/ }).getByText("12").first()).toBeVisible();
  await grid.focus();
  // Oil, Rice, Tea; Main, Cellar.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("9");
  const form = page.getByRole("dialog", { name: "Tea at Cellar" });
  await expect(form.getByLabel("How many are there")).toHaveValue("9");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Counted 9 × Tea at Cellar")).toBeVisible();
  await expect(grid).toBeFocused();
  await page.keyboard.press("m");
  await page.keyboard.type("4");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Moved 4 × Tea from Cellar to Main")).toBeVisible();
  const { counts } = await shop.client.counts.list({});
  const told = counts.map(({ locationId, quantity }) => `${locationId} ${quantity}`);
  expect(told.toSorted()).toEqual(["CELLAR 5", "MAIN 4"]);
});

test("what the ledger refuses stands beside its field, and the number goes back", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.goto("/stock");
  const main = page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell").nth(1);
  await expect(main).toHaveText("12");
  await main.click();
  await page.keyboard.press("s");
  await page.getByLabel("How many were sold").fill("1.1234567");
  await page.keyboard.press("Enter");
  const field = page.getByLabel("How many were sold");
  await expect(field).toHaveAccessibleDescription(/at most 5 places/);
  await expect(field).toHaveValue("1.1234567");
  await expect(main).toHaveText("12");
  await field.fill("1.5");
  await page.keyboard.press("Enter");
  await expect(main).toHaveText("10.5");
});

test("an optimistic number is taken back when the ledger refuses it", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.goto("/stock");
  const main = page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell").nth(1);
  await expect(main).toHaveText("12");
  // The request is held up, so that what is expected can be seen before the answer.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/trpc/changes.create", async (route) => {
    await held;
    await route.continue();
  });
  await shop.client.catalog.delete({ ids: ["TEA-ITEM"] });
  await main.click();
  await page.keyboard.press("s");
  await page.keyboard.type("5");
  await page.keyboard.press("Enter");
  await expect(main).toHaveText("7");
  await expect(main).toHaveAttribute("aria-busy", "true");
  letGo();
  await expect(page.getByRole("dialog", { name: "Tea at Main" }).getByRole("alert")).toContainText(
    "does not exist",
  );
  await expect(main).toHaveText("12");
});

test("what is low or below zero is said in a word, and can be asked for", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "2", "MAIN"]);
  await report(shop, ["sell", "RICE", "3", "MAIN"]);
  await report(shop, ["receive", "OIL", "80", "MAIN"]);
  await page.goto("/stock");
  const cell = (item: RegExp) => page.getByRole("row", { name: item }).getByRole("gridcell").nth(1);
  await expect(cell(/^Tea/)).toHaveText("2, low");
  await expect(cell(/^Rice/)).toHaveText("−3, below zero");
  await expect(cell(/^Oil/)).toHaveText("80");
  await page.getByRole("button", { name: "Low", exact: true }).click();
  await expect(page.getByText("2 of 3 items")).toBeVisible();
  await page.getByRole("button", { name: "Below zero" }).click();
  await expect(page.getByText("1 of 3 items")).toBeVisible();
  await expect(page).toHaveURL(/only=negative/);
  await page.reload();
  await expect(page.getByText("1 of 3 items")).toBeVisible();
});

test("filters are in the URL, and a view gives them a name", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  await page.getByRole("searchbox", { name: "Find items" }).fill("ric");
  await expect(page).toHaveURL(/q=ric/);
  await expect(page.getByText("1 of 3 items")).toBeVisible();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of this view").fill("Rice only");
  await page.getByRole("button", { name: "Save" }).click();
  await page.keyboard.press("Escape");
  await page.goto("/stock");
  await expect(page.getByText("3 items")).toBeVisible();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("button", { name: "Rice only", exact: true }).click();
  await expect(page.getByText("1 of 3 items")).toBeVisible();
});

test("a token that may only read is offered nothing else", async ({ page, shop, context }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "4", "MAIN"]);
  const token = await shop.tokenFor("INVENTORY_READ", "ITEMS_READ", "MERCHANT_PROFILE_READ");
  await shop.signIn(context, { token });
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Receive" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Count" })).toHaveCount(0);
  await page.getByRole("grid").focus();
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a name leads to its item without loading the page anew", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  await page.evaluate(() => (document.body.dataset["same"] = "page"));
  await page.getByRole("link", { name: "Rice" }).click();
  await expect(page.getByRole("heading", { name: "Rice" })).toBeVisible();
  expect(await page.evaluate(() => document.body.dataset["same"])).toBe("page");
  await page.goBack();
  await expect(page.getByRole("grid", { name: "Stock" })).toBeVisible();
});

test("a time that is refused stands there as it was typed", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  await page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell").first().click();
  await page.keyboard.press("r");
  await page.keyboard.type("5");
  await page.getByText("When and why").click();
  await page.getByLabel("When", { exact: true }).fill("2099-01-01T10:00:00");
  await page.keyboard.press("Enter");
  await expect(page.getByText("is in the future")).toBeVisible();
  await expect(page.getByLabel("When", { exact: true })).toHaveValue(/^2099-01-01T10:00/);
  await expect(page.getByLabel("How many came in")).toHaveValue("5");
});

test("a number leads to how it came to be so", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "5", "MAIN"]);
  await report(shop, ["sell", "TEA", "3", "CELLAR"]);
  await page.goto("/stock");
  const cells = page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell");
  await expect(cells.filter({ hasText: "below zero" })).toBeVisible();
  await cells.filter({ hasText: /^5$/ }).click();
  await page.keyboard.press("r");
  await page.getByRole("dialog").getByRole("link", { name: "History" }).click();
  await expect(page).toHaveURL(/items\/TEA\?at=MAIN/);
  await expect(page.getByRole("heading", { name: "Tea" })).toBeVisible();
  // Who comes by the name sees what is wrong first.
  await page.goto("/items/TEA");
  await expect(page.getByRole("button", { name: /Cellar/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
});
