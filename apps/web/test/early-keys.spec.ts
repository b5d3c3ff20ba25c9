import type { Page } from "@playwright/test";
import { expect, furnish, report, test } from "./stage.ts";

const SHOPS = { locations: ["Main", "Cellar"], items: ["TEA", "RICE"] };

/** One key at once behind the other, whatever the page is about. */
async function quickly(page: Page, ...keys: string[]): Promise<void> {
  await Promise.all(keys.map(async (key) => page.keyboard.press(key)));
}

/** The file of a window comes only when it is told to. */
async function holdUp(page: Page, file: string): Promise<() => void> {
  let come = () => {};
  const isHere = new Promise<void>((resolve) => (come = resolve));
  await page.route(`**/assets/${file}*`, async (route) => {
    await isHere;
    await route.continue();
  });
  return come;
}

test("in the sheet every key counts, however quickly they come", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  await page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell").nth(1).click();
  await quickly(page, "1", "2", "Enter", "s", "5", "Enter", "r", "2", "1", "Enter");
  await expect(page.getByText("Received 21 × Tea at Main")).toBeVisible();
  const { changes } = await shop.client.changes.list({});
  const told = changes.map(({ type, quantity }) => `${type} ${quantity}`);
  expect(told.toSorted()).toEqual(["ADJUSTMENT 21", "ADJUSTMENT 5", "PHYSICAL_COUNT 12"]);
});

test("what is typed before a form has come is typed into it, Enter included", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "1", "MAIN"]);
  await page.goto("/items/TEA?at=MAIN");
  const come = await holdUp(page, "change-dialog");
  await page.getByRole("button", { name: "Receive", exact: true }).focus();
  await quickly(page, "Enter", "5", "7", "Backspace", "Enter");
  come();
  await expect(page.getByText("Received 5 × Tea at Main")).toBeVisible();
  await expect(page.getByRole("button", { name: "Receive", exact: true })).toBeFocused();
  // And once its file is here.
  await quickly(page, "Enter", "7", "Enter");
  await expect(page.getByText("Received 7 × Tea at Main")).toBeVisible();
});

test("from the palette to a form without looking up", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  const come = await holdUp(page, "palette-window");
  await page.keyboard.press("Control+k");
  await quickly(page, ..."receive stock", "Enter");
  come();
  const dialog = page.getByRole("dialog", { name: "Receive" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await quickly(page, ..."receive", "Enter", ..."rice", "Enter");
  await expect(dialog.getByLabel("Item")).toHaveValue("Rice (RICE)");
});

test("a window that did not come holds no keys back", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.route("**/assets/palette-window*", async (route) => route.abort("connectionrefused"));
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  await page.keyboard.press("Control+k");
  const fault = page.getByRole("alert").filter({ hasText: "did not come" });
  await expect(fault).toBeVisible();
  await page.getByLabel("Find items").focus();
  await page.keyboard.type("tea");
  await expect(page.getByLabel("Find items")).toHaveValue("tea");
});

test("a count sheet takes a number after the other, however quickly they come", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await page.goto("/count?at=MAIN");
  await page.getByLabel("The whole catalog").check();
  await page.getByRole("button", { name: "Begin" }).focus();
  await quickly(page, "Enter", ..."rice", "Enter");
  await expect(page.getByLabel("Counted, Rice")).toHaveValue("1");
  await page.getByLabel("Counted, Rice").focus();
  await page.keyboard.press("Control+a");
  await quickly(page, "5", "Enter", "3", "1", "Enter");
  await expect(page.getByLabel("Counted, Rice")).toHaveValue("5");
  await expect(page.getByLabel("Counted, Tea")).toHaveValue("31");
});
