import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(async () => world.end());

const MAP = {
  version: 1,
  item: { sku: "{SKU}", name: "{Name}", create: true },
  location: { name: "{Shop}", create: true },
  time: { from: "{Date}", formats: ["M/D/YYYY", "YYYY-MM-DD"] },
  changes: [{ kind: "sell", quantity: "{Qty}", reference: "{Order}", when: { Qty: { not: "" } } }],
};
const HEADING = "Order,Date,Shop,SKU,Name,Qty\n";

async function place(name: string, rows: readonly string[], map: object = {}): Promise<string> {
  await world.file(`${name}.csv`, HEADING + rows.map((row) => `${row}\n`).join(""));
  await world.file(`${name}.map.json`, JSON.stringify({ ...MAP, ...map }));
  return `import csv ${name}.csv --map ${name}.map.json`;
}

/** Quantities by SKU and location. */
async function stock(prefix: string): Promise<Record<string, string>> {
  const { stdout } = await world.type("counts --all --json");
  const { items }: { items: Record<string, string>[] } = JSON.parse(stdout);
  const { objects } = await world.client.catalog.list({ limit: 1_000, types: ["ITEM_VARIATION"] });
  const { locations } = await world.client.locations.list();
  const named = items.map((count): [string, string] => {
    const object = objects.find(({ id }) => id === count["catalogObjectId"]);
    const sku = object?.type === "ITEM_VARIATION" ? object.sku : undefined;
    const shop = locations.find(({ id }) => id === count["locationId"])?.name;
    return [`${sku} ${shop}`, count["quantity"] ?? ""];
  });
  return Object.fromEntries(named.filter(([key]) => key.startsWith(prefix)));
}

const changesInAll = async () => (await world.client.ledger.verify({})).changes;

test("rows become changes; items and locations that are missing are made", async () => {
  const command = await place("first", [
    "1,11/8/2016,North,F-A,Apple,2",
    '2,2016-11-09,North,F-A,"Apple, red",1.5',
    "3,2016-11-09,South,F-B,Pear,4",
  ]);
  const ran = await world.type(command);
  expect(ran).toEqual({
    code: 0,
    stdout: "",
    stderr:
      "first.csv: 3 rows\n  3 imported, as 3 changes\n" +
      "made: 2 items, 2 locations, 0 opening receipts\n1 SKU with several names: the first is taken\n",
  });
  expect(await stock("F-")).toEqual({ "F-A North": "-3.5", "F-B South": "-4" });
  const { changes } = await world.client.changes.list();
  expect(changes[0]).toMatchObject({ occurredAt: "2016-11-08T12:00:00Z", referenceId: "1" });
  expect((await world.type("items get F-A --json")).stdout).toMatch(/"sku": "F-A"/);
});

test("L6: the same file again doubles nothing, under any name", async () => {
  const before = await changesInAll();
  const again = await world.type("import csv first.csv --map first.map.json");
  expect(again.code).toBe(0);
  expect(again.stderr).toMatch(
    / {2}0 imported, as 0 changes\n {2}3 imported before, not doubled\n/,
  );
  await writeFile(join(world.folder, "copy.csv"), await readFile(join(world.folder, "first.csv")));
  const copy = await world.type("import csv copy.csv --map first.map.json --json");
  expect(JSON.parse(copy.stdout)).toMatchObject({ rows: 3, imported: 0, alreadyThere: 3 });
  expect(await changesInAll()).toBe(before);
});

test("a dry run reads and checks everything and writes nothing", async () => {
  const command = await place("dry", [
    "1,2016-11-08,West,D-A,Apple,2",
    "2,yesterday,West,D-B,Pear,1",
  ]);
  const before = await changesInAll();
  const dry = await world.type(`${command} --dry-run --json`);
  expect(dry.code).toBe(6);
  expect(JSON.parse(dry.stdout)).toMatchObject({
    dryRun: true,
    rows: 2,
    imported: 1,
    rejected: 1,
    created: { items: 1, locations: 1 },
  });
  expect(await changesInAll()).toBe(before);
  expect((await world.type("items get D-A")).code).toBe(5);
  expect((await world.type("locations get West")).code).toBe(5);
});

test("a dry run says why rows would be rejected, and leaves the mended ones alone", async () => {
  const rows = Array.from({ length: 12 }, (_, index) => `${index},yesterday,North,D-C,Apple,1`);
  const command = await place("dry-bad", rows);
  await world.file("dry-bad.rejected.csv", "mended by hand");
  const dry = await world.type(`${command} --dry-run`);
  expect(dry.code).toBe(6);
  expect(dry.stderr).toMatch(/ {2}12 would be rejected\n {4}line 2: "yesterday" is not a time/);
  expect(dry.stderr).toMatch(/\n {4}and 2 more\n/);
  expect(dry.stderr).not.toMatch(/rejected rows:/);
  expect(await readFile(join(world.folder, "dry-bad.rejected.csv"), "utf8")).toBe("mended by hand");
});

test("a file of rejected rows that is there is kept; others go to one beside it", async () => {
  const command = await place("kept", ["1,yesterday,North,K-A,Apple,1"]);
  const read = (name: string) => readFile(join(world.folder, name), "utf8");
  expect((await world.type(command)).code).toBe(6);
  const mended = (await read("kept.rejected.csv")).replace("yesterday", "2016-11-08");
  await world.file("kept.rejected.csv", mended);
  const again = await world.type(`${command} --json`);
  expect(JSON.parse(again.stdout)).toMatchObject({
    rejectedFile: join(world.folder, "kept.rejected-2.csv"),
  });
  expect(await read("kept.rejected.csv")).toBe(mended);
  expect(await read("kept.rejected-2.csv")).toMatch(/\n1,yesterday,/);
  // What is not a file has nothing to lose.
  expect((await world.type(`${command} --rejected /dev/null --json`)).stdout).toMatch(
    /\/dev\/null"/,
  );
});

test("2: rejected rows that cannot be written are a bad file", async () => {
  const command = await place("nowhere", ["1,yesterday,North,K-A,Apple,1"]);
  const ran = await world.type(`${command} --rejected no/such/left.csv`);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/^error\[BAD_FILE\]: \S+left\.csv cannot be written: ENOENT/m);
});

test.each(["latin1", "utf16le"] as const)(
  "rejected rows keep the encoding %s: mended, they import with the same map",
  async (encoding) => {
    const sku = `CAFÉ-${encoding}`;
    await world.type(["items", "create", "Café", "--sku", sku]);
    // The reason names a place that latin1 cannot write; its second letter would be a line's end there.
    await world.type(["locations", "create", `NĊrth ${encoding}`]);
    const map = {
      ...MAP,
      csv: { encoding },
      item: { sku: "{SKU}" },
      location: { name: "{Shop}" },
    };
    await world.file("encoded.map.json", JSON.stringify(map));
    const rows = `1,2016-11-08,North ${encoding},${sku},"Café, noir",1\n`;
    const text = (encoding === "utf16le" ? "\uFEFF" : "") + HEADING + rows;
    await writeFile(join(world.folder, `${encoding}.csv`), text, encoding);
    const ran = await world.type(`import csv ${encoding}.csv --map encoded.map.json`);
    expect(ran.code).toBe(6);
    const left = join(world.folder, `${encoding}.rejected.csv`);
    const rejected = await readFile(left, encoding);
    const reason = encoding === "latin1" ? "N?rth" : "NĊrth";
    expect(rejected).toContain(`,${sku},"Café, noir",1,"line 2: no location has the name`);
    expect(rejected).toContain(reason);
    await writeFile(
      left,
      rejected.replace("North", "Main").replace(` ${encoding},`, ","),
      encoding,
    );
    const mended = await world.type(`import csv ${encoding}.rejected.csv --map encoded.map.json`);
    expect(mended).toMatchObject({ code: 0 });
    expect(await stock(sku)).toEqual({ [`${sku} Main`]: "-1" });
  },
);

test("6: rejected rows go to a file with their line and reason; mended there, they import", async () => {
  const command = await place("bad", [
    "1,2016-11-08,North,B-A,Apple,2",
    "2,2016-13-08,North,B-A,Apple,2",
    '3,2016-11-08,North,B-A,"Apple\nred",-1',
    "4,2016-11-08,North,,Apple,1",
    "5,2016-11-08,North,B-A,Apple",
    "6,2016-11-08,North,B-A,Apple,",
    "7,2016-11-08,North,B-A,Apple,3",
  ]);
  const ran = await world.type(`${command} --rejected left.csv`);
  expect(ran.code).toBe(6);
  expect(ran.stderr).toMatch(/ {2}2 imported, as 2 changes\n {2}5 rejected\n/);
  expect(ran.stderr).toMatch(/rejected rows: \S+left\.csv; mend them there/);
  const left = await readFile(join(world.folder, "left.csv"), "utf8");
  const [heading, ...rest] = left.split("\n");
  expect(heading).toBe("Order,Date,Shop,SKU,Name,Qty,reason");
  expect(rest.join("\n")).toMatch(
    /^2,2016-13-08,North,B-A,Apple,2,"line 3: ""2016-13-08"" is not a time/,
  );
  expect(left).toMatch(
    /\n3,2016-11-08,North,B-A,"Apple\nred",-1,"line 4: quantity: must be a decimal/,
  );
  expect(left).toMatch(/\n4,2016-11-08,North,,Apple,1,line 6: the SKU is empty\n/);
  expect(left).toMatch(
    /\n5,2016-11-08,North,B-A,Apple,,line 7: has 5 fields where the heading has 6\n/,
  );
  expect(left).toMatch(/\n6,.*,,line 8: no rule of the map takes this row\n$/);
  expect(await stock("B-")).toEqual({ "B-A North": "-5" });
  await world.file("left.csv", left.replace("2016-13-08", "2016-11-18"));
  const mended = await world.type("import csv left.csv --map bad.map.json");
  expect(mended.code).toBe(6);
  expect(mended.stderr).toMatch(/ {2}1 imported, as 1 change\n {2}4 rejected\n/);
  const still = await readFile(join(world.folder, "left.rejected.csv"), "utf8");
  expect(still.split("\n")[0]).toBe("Order,Date,Shop,SKU,Name,Qty,reason");
  expect(await stock("B-")).toEqual({ "B-A North": "-7" });
});

test("rows of a batch that the ledger refuses are rejected, the others imported, once", async () => {
  const huge = "9".repeat(26);
  const rows = [`1,2016-11-08,North,H-A,Apple,1`, `2,2016-11-08,North,H-B,Pear,${huge}`];
  const command = await place("huge", [
    ...rows,
    `3,2016-11-09,North,H-B,Pear,${huge}`,
    "4,2016-11-09,North,H-A,Apple,1",
  ]);
  const ran = await world.type(command);
  expect(ran.code).toBe(6);
  const left = await readFile(join(world.folder, "huge.rejected.csv"), "utf8");
  expect(left).toMatch(/line \d: COUNT_OUT_OF_RANGE: /);
  const before = await changesInAll();
  const counts = await stock("H-A");
  expect(counts).toEqual({ "H-A North": "-2" });
  const again = await world.type(command);
  expect(again.code).toBe(6);
  expect(await changesInAll()).toBe(before);
  expect(await readFile(join(world.folder, "huge.rejected.csv"), "utf8")).toBe(left);
});

test("what is not there and not to be made is a reason", async () => {
  const map = { item: { sku: "{SKU}" }, location: { name: "{Shop}" } };
  const command = await place(
    "none",
    ["1,2016-11-08,North,NOPE,X,1", "2,2016-11-08,Nort,F-A,X,1"],
    map,
  );
  expect((await world.type(command)).code).toBe(6);
  const left = await readFile(join(world.folder, "none.rejected.csv"), "utf8");
  expect(left).toContain('no item has the sku ""NOPE""');
  expect(left).toContain('no location has the name ""Nort"". Did you mean ""North""?');
});

test("opening receipts: what the file sells there and some more, just before its first sale", async () => {
  const map = { opening: { quantity: "sold", plus: "10", reference: "opening" } };
  const rows = [
    "1,2016-11-09,North,O-A,Apple,2",
    "2,2016-11-08,North,O-A,Apple,3.5",
    "3,2016-11-10,South,O-A,Apple,1",
  ];
  const command = await place("opening", rows, map);
  expect((await world.type(command)).stderr).toMatch(/1 item, 0 locations, 2 opening receipts/);
  expect(await stock("O-")).toEqual({ "O-A North": "10", "O-A South": "10" });
  const history = await world.type("changes O-A --location North -o ndjson");
  const first: object = JSON.parse(history.stdout.split("\n")[0] ?? "");
  expect(first).toMatchObject({
    fromState: "NONE",
    quantity: "15.5",
    occurredAt: "2016-11-08T11:59:59Z",
    referenceId: "opening",
  });
  expect((await world.type(command)).stderr).toMatch(/0 opening receipts/);
  expect(await stock("O-")).toEqual({ "O-A North": "10", "O-A South": "10" });
});

test.each([
  ["in the future", { at: "2999-01-01T00:00:00Z" }, /opening: INVALID_TIME: .* is in the future/],
  ["with too long a reference", { reference: "r".repeat(300) }, /opening: referenceId: .*255/],
])(
  "2: opening receipts %s stop an import before anything is written, and its dry run",
  async (_, opening, stderr) => {
    const map = { opening: { quantity: "sold", ...opening } };
    const command = await place("unopened", ["1,2016-11-08,North,U-A,Apple,5.5"], map);
    const before = await changesInAll();
    for (const typed of [command, `${command} --dry-run`]) {
      const refused = await world.type(typed);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(stderr);
    }
    expect(await changesInAll()).toBe(before);
    expect((await world.type("items get U-A")).code).toBe(5);
  },
);

test("6: rows whose opening receipt the ledger refuses wait with it, and the others do not", async () => {
  const objects = [{ type: "ITEM" as const, id: "WHOLE", name: "Whole", variations: [] }];
  await world.client.catalog.upsert({ objects });
  const { token } = await world.client.tokens.create({
    application: { name: "Who may not look ids up" },
    scopes: ["INVENTORY_WRITE", "INVENTORY_BACKDATE", "MERCHANT_PROFILE_READ"],
  });
  const { objects: known } = await world.client.catalog.list({ types: ["ITEM_VARIATION"] });
  const good = known[0]?.id ?? "";
  const map = { item: { id: "{SKU}" }, opening: { quantity: "sold" } };
  const rows = [`1,2016-11-07,North,${good},Apple,2`, "2,2016-11-07,North,WHOLE,Whole,5.5"];
  const command = await place("halfopened", rows, map);
  const given = { env: { BINCARD_TOKEN: token } };
  const ran = await world.type(`${command} --json`, given);
  expect(ran.code).toBe(6);
  expect(JSON.parse(ran.stdout)).toMatchObject({ openings: 1, imported: 1, rejected: 1 });
  const left = await readFile(join(world.folder, "halfopened.rejected.csv"), "utf8");
  expect(left).toContain("its opening receipt is refused: NOT_COUNTABLE: ");
  const before = await changesInAll();
  const again = await world.type(`${command} --json`, given);
  expect(JSON.parse(again.stdout)).toMatchObject({ openings: 0, alreadyThere: 1, rejected: 1 });
  expect(await changesInAll()).toBe(before);
});

test("L6: rows that are refused until their time has come double nothing when it has", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const rows = [`1,2016-11-08,North,Z-A,Apple,2`, `2,${today},North,Z-A,Apple,3`];
  const noon = { time: { ...MAP.time, timeOfDay: "00:00" } };
  const command = await place("early", rows, noon);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(today) - 3_600_000 });
  try {
    const dry = await world.type(`${command} --dry-run --json`);
    expect(JSON.parse(dry.stdout)).toMatchObject({ imported: 1, rejected: 1 });
    for (const alreadyThere of [0, 1]) {
      const early = await world.type(`${command} --json`);
      expect(early.code).toBe(6);
      expect(JSON.parse(early.stdout)).toMatchObject({ alreadyThere, rejected: 1 });
    }
  } finally {
    vi.useRealTimers();
  }
  const before = await changesInAll();
  const late = await world.type(command);
  expect(late).toMatchObject({ code: 3, stderr: expect.stringMatching(/imported before/) });
  expect(await changesInAll()).toBe(before);
  expect(await stock("Z-")).toEqual({ "Z-A North": "-2" });
});

test("3: the same file with another map is stopped, unless the map has another name", async () => {
  const rows = ["1,2016-11-08,North,M-A,Apple,2", "2,2016-11-08,North,M-A,Apple,3"];
  await world.type(await place("mapped", rows));
  const before = await changesInAll();
  const other = { changes: [{ kind: "waste", quantity: "{Qty}" }] };
  const stopped = await world.type(await place("mapped", rows, other));
  expect(stopped.code).toBe(3);
  expect(stopped.stderr).toMatch(/error\[IMPORT_STOPPED\].*\n {2}hint: .*another "name"/);
  expect(await changesInAll()).toBe(before);
  const named = await world.type(await place("mapped", rows, { ...other, name: "waste" }));
  expect(named.code).toBe(0);
  expect(await changesInAll()).toBe(before + 2);
});

test("stdin, another delimiter and another encoding", async () => {
  const map = { ...MAP, csv: { delimiter: ";" } };
  await world.file("semi.map.json", JSON.stringify(map));
  const stdin = "\uFEFFOrder;Date;Shop;SKU;Name;Qty\n\n1;2016-11-08;North;S-A;Äpfel;2\n";
  const ran = await world.type("import csv - --map semi.map.json", { stdin });
  expect(ran.stderr).toMatch(/^stdin: 1 row\n {2}1 imported/);
  const latin = { ...MAP, csv: { encoding: "latin1" } };
  await world.file("latin.map.json", JSON.stringify(latin));
  const bytes = Buffer.from(`${HEADING}1,2016-11-08,North,S-B,Äpfel,2\n`, "latin1");
  await writeFile(join(world.folder, "latin.csv"), bytes);
  expect((await world.type("import csv latin.csv --map latin.map.json")).code).toBe(0);
  expect((await world.type("items list --text Äpfel")).stdout).toMatch(/S-A[^]*S-B|S-B[^]*S-A/);
});

test.each([
  [
    "no file",
    "import csv nothing.csv --map first.map.json",
    /error\[BAD_FILE\]: nothing\.csv cannot be read: ENOENT/,
  ],
  [
    "no map",
    "import csv first.csv --map nothing.json",
    /error\[BAD_FILE\]: nothing\.json cannot be read/,
  ],
  ["no map named", "import csv first.csv", /required option '--map <map.json>' not specified/],
  [
    "an empty file",
    "import csv empty.csv --map first.map.json",
    /error\[BAD_FILE\]: empty\.csv is empty/,
  ],
  [
    "a quote that does not end",
    "import csv torn.csv --map first.map.json",
    /error\[BAD_FILE\]: torn\.csv is not CSV: Quote Not Closed: .*line 2/,
  ],
  ["two columns of one name", "import csv twins.csv --map first.map.json", /two columns named "A"/],
  [
    "a map for another file",
    "import csv twin.csv --map first.map.json",
    /error\[BAD_MAP\]: first\.map\.json: item: there is no column "SKU"\. columns: A, B/,
  ],
  ["a map that is none", "import csv first.csv --map first.csv", /error\[BAD_MAP\]: first\.csv: /],
  [
    "rejected rows over the file",
    "import csv first.csv --map first.map.json --rejected ./first.csv",
    /must not be the file/,
  ],
])("2: %s", async (_, command, stderr) => {
  await world.file("empty.csv", "");
  await world.file("torn.csv", `${HEADING}1,2016-11-08,North,"F-A,Apple,2\n`);
  await world.file("twins.csv", "A,A\n1,2\n");
  await world.file("twin.csv", "A,B\n1,2\n");
  const refused = await world.type(command);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(stderr);
});

test("4: a file that reaches back is refused at once to a token that may not", async () => {
  const { token } = await world.client.tokens.create({
    application: { name: "Importer" },
    scopes: ["INVENTORY_WRITE", "ITEMS_READ", "MERCHANT_PROFILE_READ"],
  });
  const refused = await world.type("import csv first.csv --map first.map.json", {
    env: { BINCARD_TOKEN: token },
  });
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(
    /reaches back to 2016-11-08T12:00:00Z.*\n {2}hint: .*INVENTORY_BACKDATE/,
  );
});

test("the progress bar is drawn on a terminal only", async () => {
  const command = "import csv first.csv --map first.map.json";
  expect((await world.type(command, { stderrIsTty: true })).stderr).toContain(
    `\r\u001b[2K[${"#".repeat(24)}] 3 of 3 rows`,
  );
  expect((await world.type(command)).stderr).not.toContain("\u001b");
});
