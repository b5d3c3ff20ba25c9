import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What axe finds on the page as it is; by these rules alone, if they are given. */
async function faultsOn(page: Page, rules?: string[]): Promise<readonly string[]> {
  // Reading axe costs as much as half of what it does: a page that has it keeps it.
  const isThere = await page.evaluate(() => "axe" in window);
  const builder = new AxeBuilder({ page, ...(isThere ? { axeSource: ";" } : {}) });
  // There is no frame of another origin here, for whose sake each look would open a page of its own.
  const axe = builder.setLegacyMode(true).options({
    // Of what is as it should be, nobody reads the places.
    resultTypes: ["violations"],
    // No rule that is on by default reads the style sheets themselves, and nothing here plays sound.
    preload: false,
    ...(rules === undefined ? {} : { runOnly: { type: "rule", values: rules } }),
  });
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} at ${String(target)}: ${failureSummary ?? ""}`,
    ),
  );
}

/** What of a page is another in another theme. */
const OF_A_THEME = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds on the page as it is, in either theme: in the dark one by the rules that depend on it, or by every one
 * once more.
 */
export async function faultsInBothThemes(
  page: Page,
  inTheDark: "rules of a theme" | "every rule" = "rules of a theme",
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    await page.evaluate(colored);
    const isEvery = colorScheme === "light" || inTheDark === "every rule";
    const found = await faultsOn(page, isEvery ? undefined : OF_A_THEME);
    faults.push(...found.map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}

/** Runs in the page. Until each colour is that of the theme, and none on its way to it. */
async function colored(): Promise<void> {
  await new Promise(requestAnimationFrame);
  const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(moving.map(async (each) => each.finished));
}
