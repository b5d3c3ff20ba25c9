import { faultsOn } from "./axe-faults.ts";
import { expect, furnish, report, test } from "./stage.ts";

const ROOT_TOKEN = process.env["BINCARD_TEST_ROOT_TOKEN"] ?? "";

/** Every screen, with what shows that it has come. */
const ROUTES: readonly (readonly [path: string, heading: string])[] = [
  ["/stock", "Stock"],
  ["/stock?show=stock%2Cwaste&only=low", "Stock"],
  ["/items/TEA", "Tea"],
  ["/changes", "Changes"],
  ["/count", "Count"],
  ["/import", "Import"],
  ["/webhooks", "Webhooks"],
  ["/health", "Health"],
];

for (const theme of ["light", "dark"] as const) {
  test(`every screen can be used by all, in the ${theme} theme`, async ({ page, shop }) => {
    // Eight screens looked at by a program that looks at everything.
    test.slow();
    await furnish(shop, { locations: ["Main", "Cellar"], items: ["TEA", "RICE"] });
    await report(shop, ["receive", "TEA", "12", "MAIN"]);
    await report(shop, ["waste", "TEA", "1", "MAIN"]);
    await report(shop, ["sell", "RICE", "3", "MAIN"]);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const faults: string[] = [];
    for (const [path, heading] of ROUTES) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
      await expect(page.getByText(/^(?:Reading|Loading).*…$/)).toHaveCount(0);
      faults.push(...(await faultsOn(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  test(`signing in, access, and the windows too, in the ${theme} theme`, async ({
    page,
    shop,
    context,
  }) => {
    test.slow();
    await furnish(shop, { locations: ["Main"], items: ["TEA"] });
    await report(shop, ["receive", "TEA", "12", "MAIN"]);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.goto("/stock");
    const faults: string[] = [];
    const look = async (where: string) =>
      faults.push(...(await faultsOn(page)).map((fault) => `${where}: ${fault}`));
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
}
