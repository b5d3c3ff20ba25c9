import postgres from "postgres";
import { faultsInBothThemes } from "./axe-faults.ts";
import { expect, furnish, report, test } from "./stage.ts";

const SHOPS = { locations: ["Main"], items: ["TEA", "RICE"] };

test("the server answers, the feed is live, and how late it is shows", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.goto("/health");
  const server = page.getByRole("region", { name: "Server" });
  await expect(server.getByRole("status")).toHaveText("It answers");
  await expect(server).toContainText(/Version\s*\d+\.\d+\.\d+/);
  await expect(server).not.toContainText("Database");
  const feed = page.getByRole("region", { name: "Feed" });
  await expect(feed.getByRole("status")).toHaveText("It is followed, live");
  await report(shop, ["sell", "TEA", "1", "MAIN"]);
  await expect(feed).toContainText(/Heard after it was received\s*[\d,]+ ms/);
  await expect(feed).toContainText(/position 2/);
});

test("verify finds what somebody did to the table by hand, and names it", async ({
  page,
  shop,
}) => {
  await furnish(shop, SHOPS);
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await page.goto("/health");
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText("1 counts from 1 changes: all as they should be")).toBeVisible();
  const { merchant } = await shop.client.tokens.current();
  const sql = postgres(process.env["BINCARD_TEST_DATABASE_URL"] ?? "", { max: 1 });
  await sql`update bincard.counts set quantity = 13 where merchant_id = ${merchant.id}`;
  await sql.end();
  await page.getByRole("button", { name: "Verify again" }).click();
  const row = page.getByRole("row", { name: /A count's quantity is not what its changes give/ });
  await expect(row).toContainText(/Tea, Main, in stock\s*13\s*12/);
});

test("a server that goes away is said to be away, and comes back", async ({ page }) => {
  await page.goto("/health");
  const status = page.getByRole("region", { name: "Server" }).getByRole("status");
  await expect(status).toHaveText("It answers");
  await page.route("**/console/status", async (route) => route.abort("connectionrefused"));
  await expect(status).toHaveText("It does not answer");
  await page.unroute("**/console/status");
  await expect(status).toHaveText("It answers");
});

test("has no fault that axe finds, in either theme", async ({ page, shop }) => {
  await furnish(shop, SHOPS);
  await page.goto("/health");
  await expect(page.getByText("It answers")).toBeVisible();
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText("all as they should be")).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
});
