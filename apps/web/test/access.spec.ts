import { randomUUID } from "node:crypto";
import { createBincard } from "@bincard/client";
import { faultsInBothThemes } from "./axe-faults.ts";
import { expect, test } from "./stage.ts";

const ROOT_TOKEN = process.env["BINCARD_TEST_ROOT_TOKEN"] ?? "";

test("a merchant, and a token that is shown once, works, and is revoked", async ({
  page,
  shop,
  context,
}) => {
  await shop.signIn(context, { token: ROOT_TOKEN });
  const name = `Kiosk ${randomUUID().slice(0, 8)}`;
  await page.goto("/access");
  await page.getByRole("button", { name: "New merchant" }).click();
  const making = page.getByRole("dialog", { name: "New merchant" });
  await making.getByRole("button", { name: "Make it" }).click();
  await expect(making.getByLabel("Name")).toHaveAccessibleDescription(/too short|empty|at least/i);
  await making.getByLabel("Name").fill(name);
  await making.getByRole("button", { name: "Make it" }).click();
  const form = page.getByRole("dialog", { name: "New token" });
  await expect(form).toContainText(name);
  await form.getByLabel("Application").fill("Till 2");
  await form.getByLabel(/Report changes: receive/).uncheck();
  await form.getByRole("button", { name: "Make it" }).click();
  const shown = page.getByRole("dialog", { name: "Keep this token now" });
  const secret = await shown.getByLabel("Token").inputValue();
  const till = createBincard({ url: shop.url, token: secret });
  expect((await till.tokens.current()).info).toMatchObject({
    application: { name: "Till 2" },
    scopes: ["INVENTORY_READ", "ITEMS_READ", "MERCHANT_PROFILE_READ"],
  });
  await shown.getByRole("button", { name: "I have it" }).click();
  const row = page.getByRole("row", { name: /Till 2/ });
  await expect(row).toContainText("Never");
  await page.reload();
  await expect(page.getByLabel("Merchant")).toContainText(name);
  await expect(page.getByText(secret)).toHaveCount(0);
  await row.getByRole("button", { name: "Revoke the token of Till 2" }).click();
  await row.getByRole("button", { name: "Revoke for ever" }).click();
  await expect(page.getByText("No token opens this ledger")).toBeVisible();
  await page.getByRole("button", { name: "Ended ones, too" }).click();
  await expect(row).toContainText("Revoked");
  await expect(till.tokens.current()).rejects.toThrow(/revoked/);
});

test("whoever is no operator is told so, and is not offered the screen", async ({ page }) => {
  await page.goto("/access");
  await expect(page.getByText("Only an operator's token opens this")).toBeVisible();
  await expect(page.getByRole("link", { name: "Access" })).toHaveCount(0);
});

test("what the ledger refuses stands beside its field", async ({ page, shop, context }) => {
  await shop.signIn(context, { token: ROOT_TOKEN });
  await page.goto("/access?do=token");
  const form = page.getByRole("dialog", { name: "New token" });
  await expect(form).toBeVisible();
  for (const box of await form.getByRole("checkbox").all()) await box.uncheck();
  await form.getByLabel("Application").fill("Nobody");
  await form.getByRole("button", { name: "Make it" }).click();
  await expect(form.getByRole("group", { name: "What it may do" })).toHaveAccessibleDescription(
    /at least 1/,
  );
  await form.getByRole("checkbox").first().check();
  await form.getByLabel("Ends").fill("2001-01-01T00:00");
  await form.getByRole("button", { name: "Make it" }).click();
  await expect(form.getByLabel("Ends")).toHaveAccessibleDescription(/has passed/);
});

test("has no fault that axe finds, in either theme", async ({ page, shop, context }) => {
  await shop.signIn(context, { token: ROOT_TOKEN });
  await page.goto("/access?all=true");
  await expect(page.getByRole("row", { name: /Root/ })).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await page.getByRole("button", { name: "New token" }).click();
  await expect(page.getByRole("dialog", { name: "New token" })).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
});
