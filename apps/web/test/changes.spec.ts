import { openWire } from "./cut.ts";
import { expect, furnish, report, test } from "./stage.ts";

const SHOPS = { locations: ["Main", "Cellar"], items: ["TEA", "RICE"] };

test("the feed grows by itself, waits while it is paused, and loses nothing", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.goto("/changes");
  const list = page.getByRole("listbox", { name: "Changes" });
  await expect(list.getByRole("option")).toHaveCount(1);
  await report(shop, ["sell", "TEA", "2", "MAIN"]);
  await expect(list.getByRole("option").first()).toContainText("Sold");
  await page.getByRole("button", { name: "Pause" }).click();
  await report(shop, ["waste", "TEA", "1", "MAIN"]);
  await report(shop, ["receive", "RICE", "5", "CELLAR"]);
  await expect(page.getByRole("button", { name: "Go on: 2 new" })).toBeVisible();
  await expect(list.getByRole("option")).toHaveCount(2);
  await page.getByRole("button", { name: "Go on: 2 new" }).click();
  await expect(list.getByRole("option")).toHaveCount(4);
});

test("a cut connection is told, and goes on without a gap", async ({ page, shop, context }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "100", "MAIN"]);
  await using wire = await openWire(shop.url);
  await shop.signIn(context, { url: wire.url });
  await page.goto(`${wire.url}/changes`);
  const options = page.getByRole("listbox", { name: "Changes" }).getByRole("option");
  await expect(options).toHaveCount(1);
  wire.cut();
  await expect(page.getByRole("status", { name: "Feed" })).toHaveText("Reconnecting…");
  for (const quantity of ["1", "2", "3"]) await report(shop, ["sell", "TEA", quantity, "MAIN"]);
  wire.mend();
  await expect(options).toHaveCount(4);
  await expect(page.getByRole("status", { name: "Feed" })).toHaveText("Live");
  // Newest first, each once.
  const said = await options.allInnerTexts();
  expect(said.map((text) => /\b(?:Sold|Received)\s+(\d+)/.exec(text)?.[1])).toEqual([
    "3",
    "2",
    "1",
    "100",
  ]);
});

test("kinds and words filter, in the URL; a change is shown in full, and as it can be had", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await report(shop, ["sell", "TEA", "2", "MAIN"]);
  await report(shop, ["sell", "RICE", "3", "CELLAR"]);
  await page.goto("/changes");
  const options = page.getByRole("listbox", { name: "Changes" }).getByRole("option");
  await expect(options).toHaveCount(3);
  await page.getByRole("button", { name: "Sold" }).click();
  await expect(options).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Find changes" }).fill("rice");
  await expect(options).toHaveCount(1);
  await expect(page).toHaveURL(/kinds=sold/);
  await expect(page).toHaveURL(/q=rice/);
  await options.first().click();
  const details = page.getByRole("complementary", { name: "Details of a change" });
  await expect(details.getByText('"catalogObjectId": "RICE"')).toBeVisible();
  await details.getByRole("button", { name: "CLI", exact: true }).click();
  await expect(details.getByText(/bincard api changes\.get --input/)).toBeVisible();
  await details.getByRole("link", { name: "Rice" }).click();
  await expect(page.getByRole("heading", { name: "Rice" })).toBeVisible();
  await expect(page).toHaveURL(/items\/RICE\?.*at=CELLAR/);
});

test("the list is gone along by keyboard", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  for (const quantity of ["1", "2", "3"]) await report(shop, ["receive", "TEA", quantity, "MAIN"]);
  await page.goto("/changes");
  const list = page.getByRole("listbox", { name: "Changes" });
  await expect(list.getByRole("option")).toHaveCount(3);
  await list.focus();
  // Faster than the address follows.
  await list.evaluate((element) => {
    const down = () => new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true });
    element.dispatchEvent(down());
    element.dispatchEvent(down());
  });
  await expect(page.getByRole("complementary")).toContainText("Received 2");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("complementary")).toContainText("Received 1");
});
