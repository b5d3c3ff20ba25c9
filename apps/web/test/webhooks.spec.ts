import { once } from "node:events";
import { createServer } from "node:http";
import { faultsInBothThemes } from "./axe-faults.ts";
import { expect, furnish, report, type Shop, test } from "./stage.ts";

/** A receiver that answers as it is told, and remembers what it was sent. */
async function openReceiver() {
  const bodies: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    bodies,
    answer: (next: number) => (status = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function stocked(shop: Shop): Promise<void> {
  await furnish(shop, { locations: ["Main"], items: ["TEA"] });
  await report(shop, ["receive", "TEA", "12", "MAIN"]);
}

test("what a form would do, and what a button does, can be had as a call", async ({
  page,
  shop,
}) => {
  await shop.client.webhooks.create({
    name: "Shop window",
    notificationUrl: "http://127.0.0.1:9/hook",
    eventTypes: ["inventory.count.updated"],
  });
  await page.goto("/webhooks");
  await page.getByRole("button", { name: "New subscription" }).click();
  const form = page.getByRole("dialog", { name: "New subscription" });
  await form.getByLabel("Address").fill("https://shop.example/hook");
  await form.getByRole("button", { name: "Copy as" }).click();
  await expect(page.getByLabel("As CLI")).toContainText("https://shop.example/hook");
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Cancel" }).click();
  const card = page.getByRole("region", { name: "Shop window" });
  await card.getByRole("button", { name: "Copy as" }).click();
  await page.getByLabel("Which call").selectOption("Delete");
  await expect(page.getByLabel("As CLI")).toContainText("bincard api webhooks.delete");
});

test("a subscription is made, told, fails, is looked into and sent again", async ({
  page,
  shop,
}) => {
  const receiver = await openReceiver();
  await stocked(shop);
  await page.goto("/webhooks");
  await page.getByRole("button", { name: "New subscription" }).first().click();
  const form = page.getByRole("dialog", { name: "New subscription" });
  await form.getByLabel("Address").fill("ftp://nowhere");
  await form.getByRole("button", { name: "Subscribe" }).click();
  await expect(form.getByLabel("Address")).toHaveAccessibleDescription(/https/);
  await form.getByLabel("Address").fill(receiver.url);
  await form.getByLabel("Name").fill("Shop window");
  await form.getByRole("button", { name: "Subscribe" }).click();
  const card = page.getByRole("region", { name: "Shop window" });
  await card.getByRole("button", { name: "Send a test" }).click();
  await expect(card.getByRole("status")).toContainText("Delivered: HTTP 200");
  expect(receiver.bodies[0]).toContain("inventory.count.updated");
  const deliveries = page.getByRole("region", { name: "Deliveries", exact: true });
  await report(shop, ["sell", "TEA", "2", "MAIN"]);
  await expect(deliveries.getByRole("row", { name: /Delivered/ })).toBeVisible();
  receiver.answer(500);
  await report(shop, ["sell", "TEA", "1", "MAIN"]);
  const failed = deliveries.getByRole("row", { name: /Waiting/ });
  await expect(failed).toContainText("HTTP 500");
  await expect(page.getByRole("button", { name: /Shop window.*Failing/ })).toBeVisible();
  receiver.answer(200);
  await failed.getByRole("button").click();
  const opened = page.getByRole("dialog", { name: "Delivery" });
  await expect(opened.getByRole("region", { name: "Attempts" })).toContainText("HTTP 500");
  await expect(opened.getByRole("region", { name: "What it tells" })).toContainText(
    '"quantity": "9"',
  );
  await opened.getByRole("button", { name: "Send it again" }).click();
  await expect(opened.getByRole("region", { name: "Attempts" })).toContainText("HTTP 200");
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/delivery=/);
  const sent = receiver.bodies.length;
  await card.getByRole("button", { name: "Replay" }).click();
  await page
    .getByRole("dialog", { name: "Replay" })
    .getByRole("button", { name: "Replay" })
    .click();
  await expect(page.getByText(/delivery is sent/)).toBeVisible();
  await expect.poll(() => receiver.bodies.length).toBeGreaterThan(sent);
  await card.getByRole("button", { name: "Delete" }).click();
  await card.getByRole("button", { name: "Delete, and what waits" }).click();
  await expect(page.getByText("Nobody is told yet")).toBeVisible();
  await receiver.close();
});

test("who may only look is offered no more", async ({ page, shop, context }) => {
  await shop.client.webhooks.create({
    notificationUrl: "http://127.0.0.1:9/hook",
    eventTypes: ["inventory.count.updated"],
    name: "Elsewhere",
  });
  await shop.signIn(context, { token: await shop.tokenFor("INVENTORY_READ", "WEBHOOKS_READ") });
  await page.goto("/webhooks");
  await expect(page.getByRole("region", { name: "Elsewhere" })).toBeVisible();
  for (const name of ["New subscription", "Send a test", "Delete", "Pause", "Show"])
    await expect(page.getByRole("button", { name })).toHaveCount(0);
});

test("has no fault that axe finds, in either theme", async ({ page, shop }) => {
  const receiver = await openReceiver();
  await stocked(shop);
  await shop.client.webhooks.create({
    notificationUrl: receiver.url,
    eventTypes: ["inventory.count.updated"],
    name: "Shop window",
  });
  await report(shop, ["sell", "TEA", "2", "MAIN"]);
  await page.goto("/webhooks");
  await expect(page.getByRole("row", { name: /Delivered/ })).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await page
    .getByRole("row", { name: /Delivered/ })
    .getByRole("button")
    .click();
  await expect(page.getByRole("region", { name: "What it tells" })).toBeVisible();
  expect(await faultsInBothThemes(page)).toEqual([]);
  await receiver.close();
});
