import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What axe finds on the page as it is; by these rules alone, if they are given. */
export async function faultsOn(page: Page, rules?: string[]): Promise<readonly string[]> {
  // There is no frame of another origin here, for whose sake each look would open a page of its own.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} at ${String(target)}: ${failureSummary ?? ""}`,
    ),
  );
}

/** What of a page is another in another theme. */
const OF_A_THEME = ["color-contrast", "link-in-text-block"];

/** What axe finds on the page as it is, in either theme. */
export async function faultsInBothThemes(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    const found = await faultsOn(page, colorScheme === "light" ? undefined : OF_A_THEME);
    faults.push(...found.map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}
