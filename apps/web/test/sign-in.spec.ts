import { expect, test } from "./stage.ts";

test("a wrong token is refused beside its field; a right one opens the shop", async ({
  shop,
  browser,
}) => {
  const page = await browser.newPage();
  await page.goto(shop.url);
  await page.getByLabel("Token").fill("not-a-token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Token")).toHaveAccessibleDescription("The token is not known.");
  await page.getByLabel("Token").fill(shop.token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Stock" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("Token")).toBeVisible();
  await page.goto(`${shop.url}/changes`);
  await expect(page.getByLabel("Token")).toBeVisible();
  await page.close();
});
