import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { historiesOf, inWords } from "../data/histories.ts";
import { EVERYWHERE, type History, HOT, locationOf } from "../data/history.ts";
import type { Contender } from "../measure.ts";
import { startServer } from "../server.ts";
import { itemOf } from "../work.ts";
import type { Case } from "./case.ts";

const asked = (operation: string, input: object): string =>
  `/trpc/${operation}?input=${encodeURIComponent(JSON.stringify(input))}`;

/** Each path is asked again and again, so what differs between them is the work and not the cache. */
function pathsOf(): readonly (readonly [string, string])[] {
  const objects = Array.from({ length: 100 }, (_, index) => itemOf(100 + index));
  const locations = [0, 1, 2].map(locationOf);
  const one = { catalogObjectId: itemOf(500), locationIds: [locationOf(0)] };
  return [
    ["one count, tRPC", asked("counts.ofObject", one)],
    [
      "one count, Square door",
      `/v2/inventory/${one.catalogObjectId}?location_ids=${locationOf(0)}`,
    ],
    [
      "100 objects x 3 locations",
      asked("counts.list", { catalogObjectIds: objects, locationIds: locations, limit: 1_000 }),
    ],
    ["first page of an object's history", asked("changes.ofObject", { catalogObjectId: HOT })],
    ["an object at 100 locations", asked("counts.ofObject", { catalogObjectId: EVERYWHERE })],
  ];
}

export const reads: Case = {
  name: "reads",
  title: "Reads by key over HTTP",
  about:
    "One request at a time. `select 1` goes through the same HTTP stack, doors and schemas included: the server's own app " +
    "over a ledger that asks PostgreSQL for 1 and answers one fixed count.",
  unit: "requests",
  quick: false,
  async run(bench) {
    const stub = await bench.target("stub");
    const { token = "" } = (await bench.world()).merchants[0] ?? {};
    const one = { catalogObjectId: itemOf(500), locationIds: [locationOf(0)] };
    const floor = { ...stub, token };
    const contenders = [
      await reading(bench, floor, {
        name: "select 1, tRPC",
        path: asked("counts.ofObject", one),
      }),
      await reading(bench, floor, {
        name: "select 1, Square door",
        path: `/v2/inventory/${one.catalogObjectId}?location_ids=${locationOf(0)}`,
      }),
    ];
    for (const history of await historiesOf(bench)) {
      const place = await serverOf(bench, history);
      const setting = inWords(history.changes);
      for (const [name, path] of pathsOf())
        contenders.push(await reading(bench, place, { name, setting, path }));
    }
    const seconds = Math.min(bench.options.seconds, 1);
    // A lone client asks seldom: it takes this long until what it asks for is compiled.
    return bench.inTurns(contenders, { seconds, warmUpSeconds: 5 });
  },
};

interface Place {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
}

async function serverOf(bench: Bench, history: History): Promise<Place> {
  const { databaseUrl, merchants, changes } = history;
  const rootToken = merchants[0]?.token ?? "";
  const server = await bench.once(`reading server ${changes}`, async () => {
    const dataDir = join(bench.cluster.folder, `reading-${changes}`);
    return bench.keep(await startServer({ databaseUrl, dataDir, rootToken }));
  });
  return { url: server.url, pid: server.pid, token: rootToken };
}

async function reading(
  bench: Bench,
  { url, pid, token }: Place,
  { name, setting = "", path }: { name: string; setting?: string; path: string },
): Promise<Contender> {
  const load = await bench.load();
  const run = async (seconds: number) => load.ask({ kind: "read", url, path, token, seconds });
  return { name, setting, run, pids: [pid], loadPid: load.pid };
}
