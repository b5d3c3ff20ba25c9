import { expect, test } from "./stage.ts";

test("an empty ledger offers the demo, in one click", async ({ page, shop }) => {
  await page.goto("/stock");
  await page.getByRole("button", { name: "Load demo data" }).click();
  await expect(page.getByRole("progressbar", { name: "Loading the demo" })).toBeVisible();
  await expect(page.getByText("200 items at 3 places")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("row", { name: /Almond croissant/ })).toBeVisible();
  const { findingCount, changes } = await shop.client.ledger.verify();
  expect([findingCount, changes > 10_000]).toEqual([0, true]);
  const { locations } = await shop.client.locations.list();
  expect(locations.map(({ name }) => name)).toEqual(["High Street", "Riverside", "Warehouse"]);
});
