import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../src/index.ts";
import { Captured, openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG"]);
});
afterAll(async () => world.end());

test("L6: when the answer is lost, the hint is the command that settles it once", async () => {
  const stderr = new Captured();
  const code = await run(["receive", "MUG", "5", "--json"], {
    stdin: Readable.from([]),
    stdout: new Captured(),
    stderr,
    env: world.env,
    cwd: world.folder,
    interrupted: new AbortController().signal,
    // The server applies the change; the way back is cut.
    async fetch(url, init) {
      const answer = await fetch(url, init);
      if (!url.includes("changes.create")) return answer;
      await answer.body?.cancel();
      throw new TypeError("fetch failed");
    },
  });
  expect(code).toBe(8);
  const { error }: { error: { code: string; hint: string } } = JSON.parse(stderr.text);
  expect(error.code).toBe("UNREACHABLE");
  const command = error.hint.replace(/^.*: bincard /, "").split(" ");
  const settled = await world.type(command);
  expect(settled.code).toBe(0);
  expect(settled.stderr).toMatch(/^was recorded before:/);
  const { counts } = await world.client.counts.list();
  expect(counts.map(({ quantity }) => quantity)).toEqual(["5"]);
});
