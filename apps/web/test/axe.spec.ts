import type { Page } from "@playwright/test";
import { faultsInBothThemes } from "./axe-faults.ts";
import { expect, furnish, report, type Shop, test } from "./stage.ts";

const ROOT_TOKEN = process.env["BINCARD_TEST_ROOT_TOKEN"] ?? "";

type Route = readonly [path: string, heading: string];

/** Every screen, with what shows that it has come. */
const DAILY: readonly Route[] = [
  ["/stock", "Stock"],
  ["/stock?show=stock%2Cwaste&only=low", "Stock"],
  ["/items/TEA", "Tea"],
  ["/changes", "Changes"],
];
const OTHERS: readonly Route[] = [
  ["/count", "Count"],
  ["/import", "Import"],
  ["/webhooks", "Webhooks"],
  ["/health", "Health"],
];

async function stocked(shop: Shop): Promise<void> {
  await furnish(shop, { locations: ["Main", "Cellar"], items: ["TEA", "RICE"] });
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  await report(shop, ["waste", "TEA", "1", "MAIN"]);
  await report(shop, ["sell", "RICE", "3", "MAIN"]);
}

/** What is found at places by their names, each looked at in either theme. */
function looking(page: Page) {
  const faults: string[] = [];
  const look = async (where: string) =>
    faults.push(
      ...(await faultsInBothThemes(page, "every rule")).map((fault) => `${where}: ${fault}`),
    );
  return { faults, look };
}

for (const [which, routes] of [
  ["daily", DAILY],
  ["other", OTHERS],
] as const)
  test(`the ${which} screens can be used by all, in either theme`, async ({ page, shop }) => {
    // Screens looked at by a program that looks at everything.
    test.slow();
    await stocked(shop);
    const { faults, look } = looking(page);
    for (const [path, heading] of routes) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
      await expect(page.getByText(/^(?:Reading|Loading).*…$/)).toHaveCount(0);
      await look(path);
    }
    expect(faults).toEqual([]);
  });

test("the windows can be used by all, in either theme", async ({ page, shop }) => {
  test.slow();
  await furnish(shop, { locations: ["Main"], items: ["TEA"] });
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
  const { faults, look } = looking(page);
  await page.goto("/stock");
  await page.getByRole("button", { name: "Copy as" }).click();
  await expect(page.getByRole("tab", { name: "CLI" })).toBeVisible();
  await look("copy as");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Find or do" })).toBeFocused();
  await look("palette");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Receive" }).click();
  await expect(page.getByRole("dialog", { name: "Receive" })).toBeVisible();
  await look("form");
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: /^Tea/ }).getByRole("gridcell").first().click();
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog", { name: "Tea at Main" })).toBeVisible();
  await look("cell");
  expect(faults).toEqual([]);
});

test("signing in and access can be used by all, in either theme", async ({
  page,
  shop,
  context,
}) => {
  test.slow();
  const { faults, look } = looking(page);
  await shop.signIn(context, { token: ROOT_TOKEN });
  await page.goto("/access");
  await expect(page.getByRole("heading", { level: 1, name: "Access" })).toBeVisible();
  await look("access");
  await context.clearCookies();
  await page.goto("/stock");
  await expect(page.getByLabel("Token")).toBeVisible();
  await look("sign in");
  expect(faults).toEqual([]);
});
