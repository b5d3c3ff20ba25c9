import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG-BLUE"]);
});
afterAll(async () => world.end());

test("what a day brings: receive, sell, waste, count, move, adjust", async () => {
  const received = await world.type("receive MUG-BLUE 12 --reference PO-1");
  expect(received).toMatchObject({ code: 0 });
  expect(received.stdout).toMatch(/^ITEM +NAME +LOCATION +STATE +QUANTITY +CALCULATED AT\n/);
  expect(received.stdout).toMatch(/\nMUG-BLUE +Blue mug +Main +IN_STOCK +12 /);
  expect(received.stderr).toMatch(/^recorded: change \S+, position 1, key \S+\n$/);
});
