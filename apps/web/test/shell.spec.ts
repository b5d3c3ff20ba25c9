import type { Page } from "@playwright/test";
import { expect, furnish, report, test } from "./stage.ts";

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Find or do" })).toBeFocused();
}

const SHOPS = { locations: ["Main"], items: ["TEA", "RICE"] };

test("the palette finds items, screens and deeds, by keyboard alone", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/changes");
  await expect(page.getByRole("heading", { name: "Changes" })).toBeVisible();
  await openPalette(page);
  await page.keyboard.type("rice");
  await expect(page.getByRole("option", { name: /Rice/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Rice" })).toBeVisible();
  await openPalette(page);
  await page.keyboard.type("stock");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Stock" })).toBeVisible();
  await openPalette(page);
  await page.keyboard.type("receive");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Receive" })).toBeVisible();
});

test("a theme is chosen for good, before the first paint", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/stock");
  const theme = () => page.evaluate(() => document.documentElement.dataset["theme"]);
  expect(await theme()).toBe("light");
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible();
  expect(await theme()).toBe("dark");
  await page.goto("/changes", { waitUntil: "commit" });
  await page.waitForFunction(() => document.documentElement.dataset["theme"] === "dark");
});

test("every call can be had as a command, as code and as curl", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.goto("/items/TEA?at=MAIN");
  await page.getByRole("button", { name: "Copy as" }).click();
  await expect(page.getByLabel("As CLI")).toHaveText("bincard changes TEA --location MAIN");
  await page.getByRole("tab", { name: "TypeScript" }).click();
  await expect(page.getByLabel("As TypeScript")).toContainText("await bincard.changes.ofObject({");
  await page.getByRole("tab", { name: "curl" }).click();
  const curl = (await page.getByLabel("As curl").textContent()) ?? "";
  // What it says is what the server takes.
  const body = /-d '(.*)'$/.exec(curl)?.[1] ?? "";
  const answer = await fetch(`${shop.url}/trpc/changes.ofObject`, {
    method: "POST",
    headers: { authorization: `Bearer ${shop.token}`, "content-type": "application/json" },
    body,
  });
  expect(answer.status).toBe(200);
});

test("a revoked token ends the session on the screen", async ({ page, shop, context }) => {
  await furnish(shop, SHOPS);
  const token = await shop.tokenFor("INVENTORY_READ", "ITEMS_READ", "MERCHANT_PROFILE_READ");
  await shop.signIn(context, { token });
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  await context.request.delete("/console/session", {
    headers: { "x-bincard-console": "1", origin: shop.url },
  });
  // The open screen may notice by itself before the link is pressed.
  const tokenField = page.getByLabel("Token");
  await page.getByRole("link", { name: "Changes" }).or(tokenField).click();
  await expect(tokenField).toBeVisible();
});

test("on a narrow screen the daily screens are under the thumb", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.setViewportSize({ width: 390, height: 780 });
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(390);
  await page.getByRole("link", { name: "Changes" }).click();
  await expect(page.getByRole("heading", { name: "Changes" })).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("option", { name: "Health" })).toBeVisible();
});

test("an address that is no screen says so", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/items");
  await expect(page.getByText("There is no such page")).toBeVisible();
});

test("a window that does not come is said, and comes when it is asked for again", async ({
  page,
  shop,
}) => {
  await furnish(shop, { locations: ["Main"], items: ["TEA"] });
  let isAway = true;
  await page.route(/\/assets\/palette-window|theme\.js\?|\/theme\.js$/, async (route) => {
    const isPage =
      route.request().resourceType() === "script" && route.request().url().endsWith("theme.js");
    return isAway && !isPage ? route.abort("connectionrefused") : route.continue();
  });
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  await page.keyboard.press("Control+k");
  const fault = page.getByRole("alert").filter({ hasText: "did not come" });
  await expect(fault).toContainText("The server cannot be reached");
  isAway = false;
  await fault.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("combobox", { name: "Find or do" })).toBeFocused();
});

test("a page that is older than the server's begins anew when it goes to another screen", async ({
  page,
  shop,
}) => {
  await furnish(shop, { locations: ["Main"], items: ["TEA"] });
  let isOld = true;
  await page.route("**/assets/health-page*", async (route) =>
    isOld ? route.fulfill({ status: 404 }) : route.continue(),
  );
  await page.goto("/stock");
  await expect(page.getByRole("row", { name: /^Tea/ })).toBeVisible();
  const begun = page.waitForEvent("framenavigated");
  page.once("framenavigated", () => (isOld = false));
  await page.getByRole("link", { name: "Health" }).click();
  await begun;
  await expect(page.getByRole("heading", { level: 1, name: "Health" })).toBeVisible();
});

test("what is being done is not lost to a window that went with an older console", async ({
  page,
  shop,
}) => {
  await furnish(shop, { locations: ["Main"], items: ["TEA"] });
  await page.route("**/assets/views-window*", async (route) => route.fulfill({ status: 404 }));
  await page.goto("/stock?q=tea");
  await page.getByRole("button", { name: "Views" }).click();
  const fault = page.getByRole("alert").filter({ hasText: "did not come" });
  await expect(fault.getByRole("button", { name: "Load the page anew" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(fault).toHaveCount(0);
  await expect(page.getByLabel("Find items")).toHaveValue("tea");
});

test("what is typed before the palette has come is typed into it, not into the sheet", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  let come = () => {};
  const isHere = new Promise<void>((resolve) => (come = resolve));
  await page.route("**/assets/palette-window*", async (route) => {
    await isHere;
    await route.continue();
  });
  await page.goto("/stock");
  await page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell").first().click();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("mor");
  come();
  const box = page.getByRole("combobox", { name: "Find or do" });
  await expect(box).toHaveValue("mor");
  await box.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // Over a form it is the same.
  await page.keyboard.press("r");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("rice");
  await expect(box).toHaveValue("rice");
  await box.press("Escape");
  await expect(page.getByLabel("How many came in")).toHaveValue("");
});

test("a wrong clock is told on every screen, for as long as it is wrong", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await page.clock.install({ time: Date.now() - 30 * 60_000 });
  await page.goto("/stock");
  const told = page.getByRole("alert").filter({ hasText: "clock" });
  await expect(told).toContainText("30 minutes behind the server’s");
  await page.goto("/count");
  await expect(told).toBeVisible();
  await page.clock.setSystemTime(Date.now());
  await page.getByRole("link", { name: "Changes" }).first().click();
  await expect(told).toBeHidden();
});
