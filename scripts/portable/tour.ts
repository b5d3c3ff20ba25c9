import { setTimeout as sleep } from "node:timers/promises";
import { type ChangeInput, formatTime, operations, type Principal } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "@bincard/core";
import postgres from "postgres";
import { everyOperation, subscribed } from "../../packages/core/test/every-operation.ts";
import { newKey, parse } from "../../packages/core/test/world.ts";
import { tourOfWebhooks, tourWebhooks } from "./tour-webhooks.ts";

const MINUTE = 60_000_000;
const LONGEST_CONTENTION_MS = 20_000;
const FOLLOWED_MS = 2_500;
/** What is older than a month was kept long enough. */
const LONG_KEPT = new Date(Date.now() - 31 * 24 * 3_600_000).toISOString();

/** Where a tour goes: two servers of one database. */
interface Places {
  readonly here: OpenLedger;
  readonly there: OpenLedger;
  readonly root: Principal;
  readonly item: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Sends every statement of the store at least once: each operation, the pages after the first, every
 * filter, retries of keys, counts that look back, two servers that meet, a ledger that is damaged.
 * `isLocking` says whether a lane was seen to take its merchant's row first.
 */
export async function tour(url: string, isLocking: () => boolean): Promise<void> {
  // The second server to start finds it done.
  for (let time = 1; time <= 2; time++) await migrate(url);
  const token = makeToken();
  await ensureRoot(url, { token });
  const webhooks = tourWebhooks();
  const open = () => openLedger({ databaseUrl: url, webhooks });
  const [here, there, beyond] = [open(), open(), open()];
  try {
    await here.ping();
    await here.vitals();
    const root = await here.authenticate(token);
    const places = await furnish({ here, there, root });
    await lookBack(places);
    await meet(places);
    await travelTogether(places);
    await starve(places, isLocking);
    await pageOn(places);
    await signIn(url, places);
    await follow(places);
    await tourOfWebhooks({
      ledger: here,
      root,
      record: () => receiveOne(places),
      failForWeeks: () => failForWeeks(url, root),
    });
    await operate(places);
    await damage(url, places);
    await ageDeliveries(url, root);
    await skip(beyond, places, () => loseChange(url, places));
  } finally {
    await Promise.all([here.close(), there.close(), beyond.close()]);
  }
}

async function furnish(among: Pick<Places, "here" | "there" | "root">): Promise<Places> {
  const { here, root } = among;
  const place = async (name: string) => {
    const made = await here.locations.create(root, parse(operations.locations.create, { name }));
    return made.location.id;
  };
  const objects = [{ type: "ITEM", id: "#i", name: "I", variations: [{ id: "#v", name: "V" }] }];
  const input = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  const { idMappings } = await here.catalog.upsert(root, input);
  await here.catalog.upsert(root, input);
  const idOf = (id: string) =>
    idMappings.find(({ clientObjectId }) => clientObjectId === id)?.objectId ?? "";
  const item = idOf("#v");
  const another = [{ type: "ITEM_VARIATION", id: "#w", itemId: idOf("#i"), name: "W" }];
  const more = { idempotencyKey: newKey(), objects: another };
  await here.catalog.upsert(root, parse(operations.catalog.upsert, more));
  const fields = { id: await place("Updated"), extraFields: { kept: true } };
  await here.locations.update(root, parse(operations.locations.update, fields));
  return { ...among, item, from: await place("From"), to: await place("To") };
}

const ago = (micros: number): string => formatTime(Date.now() * 1_000 - micros);

function receive({ item, from }: Places, occurredAt = ago(0)): ChangeInput {
  const states = { fromState: "NONE", toState: "IN_STOCK" } as const;
  const catalogObjectId = item;
  return {
    type: "ADJUSTMENT",
    catalogObjectId,
    locationId: from,
    ...states,
    quantity: "1",
    occurredAt,
  };
}

function create(ledger: OpenLedger, { root }: Places, changes: readonly ChangeInput[]) {
  const given = { idempotencyKey: newKey(), changes };
  return ledger.changes.create(root, parse(operations.changes.create, given));
}

/** Physical counts older than what is there already, and a key that is used again. */
async function lookBack(places: Places): Promise<void> {
  const { here, root, item, from, to } = places;
  const count = (occurredAt: string): ChangeInput => ({
    type: "PHYSICAL_COUNT",
    catalogObjectId: item,
    locationId: from,
    state: "IN_STOCK",
    quantity: "5",
    occurredAt,
  });
  await create(here, places, [receive(places, ago(10 * MINUTE)), receive(places, ago(MINUTE))]);
  await create(here, places, [count(ago(5 * MINUTE))]);
  await create(here, places, [count(ago(8 * MINUTE))]);
  // Late by more than a thousand moves: first with more of them before it, then with none.
  for (const [moves, since] of [
    [700, 3 * MINUTE],
    [700, 3 * MINUTE],
    [600, MINUTE],
    [600, MINUTE],
  ] as const)
    await create(
      here,
      places,
      Array.from({ length: moves }, () => receive(places, ago(since))),
    );
  await create(here, places, [count(ago(2 * MINUTE))]);
  await create(here, places, [count(ago(1.5 * MINUTE))]);
  const transfer: ChangeInput = {
    type: "TRANSFER",
    catalogObjectId: item,
    fromLocationId: from,
    toLocationId: to,
    quantity: "1",
    occurredAt: ago(0),
  };
  const again = parse(operations.changes.create, { idempotencyKey: newKey(), changes: [transfer] });
  for (let time = 1; time <= 2; time++) await here.changes.create(root, again);
}

/** Sales of several merchants that are asked for at once share statements. */
async function travelTogether(places: Places): Promise<void> {
  const { here, there, root } = places;
  const merchants = [places];
  for (const name of ["Second", "Third", "Fourth"]) {
    const { merchant } = await here.merchants.create(
      root,
      parse(operations.merchants.create, { name }),
    );
    const asked = parse(operations.tokens.create, {
      merchantId: merchant.id,
      application: { name },
      scopes: [...root.scopes],
    });
    const { token } = await here.tokens.create(root, asked);
    merchants.push(await furnish({ here, there, root: await here.authenticate(token) }));
  }
  for (let time = 1; time <= 2; time++)
    await Promise.all(merchants.map(async (each) => create(here, each, [receive(each)])));
}

/** What one server writes, the other catches up with. */
async function meet(places: Places): Promise<void> {
  for (const ledger of [places.here, places.there, places.here, places.there])
    await create(ledger, places, [receive(places)]);
}

/** The catalog keeps moving under a lane, until it takes the merchant's row first. */
async function starve(places: Places, isLocking: () => boolean): Promise<void> {
  const { here, there, root, item } = places;
  const until = Date.now() + LONGEST_CONTENTION_MS;
  const done = () => isLocking() || Date.now() > until;
  const input = () =>
    parse(operations.catalog.upsert, {
      idempotencyKey: newKey(),
      objects: [{ type: "ITEM_VARIATION", id: newKey(), name: "N", itemId: "Starving" }],
    });
  const hinder = async () => {
    // Refused, as there is no such item; the catalog's version has moved all the same.
    while (!done()) await there.catalog.upsert(root, input()).catch(() => sleep(0));
  };
  const press = async () => {
    while (!done()) await create(here, { ...places, item }, [receive(places)]);
  };
  await Promise.all([press(), hinder(), hinder(), hinder(), hinder()]);
}

/** Second pages, and every filter there is. */
async function pageOn(places: Places): Promise<void> {
  const { here, root, item, from } = places;
  const objects = { catalogObjectIds: [item], locationIds: [from] };
  const times = { updatedAfter: ago(MINUTE), updatedBefore: ago(0) };
  const given = { ...objects, ...times, limit: 1, types: ["ADJUSTMENT"], states: ["IN_STOCK"] };
  for (const order of ["ASC", "DESC"]) {
    const page = (cursor?: string) =>
      here.changes.list(root, parse(operations.changes.list, { ...given, order, cursor }));
    await page((await page()).cursor);
  }
  const { updatedAfter, updatedBefore } = times;
  for (const only of [{ updatedAfter }, { updatedBefore }])
    await here.changes.list(root, parse(operations.changes.list, only));
  const counts = (cursor?: string) => {
    const asked = { ...objects, updatedAfter, states: ["IN_STOCK"], limit: 1, cursor };
    return here.counts.list(root, parse(operations.counts.list, asked));
  };
  await counts((await counts()).cursor);
  const all = (cursor?: string) =>
    here.counts.list(root, parse(operations.counts.list, { limit: 1, cursor }));
  await all((await all()).cursor);
  await here.counts.list(root, parse(operations.counts.list, { updatedAfter }));
  const one = { catalogObjectId: item, locationIds: [from], limit: 1 };
  const ofObject = (cursor?: string) =>
    here.counts.ofObject(root, parse(operations.counts.ofObject, { ...one, cursor }));
  const wasted = { ...receive(places), fromState: "IN_STOCK", toState: "WASTE" } as ChangeInput;
  await create(here, places, [wasted]);
  await ofObject((await ofObject()).cursor);
  const catalog = { types: ["ITEM"], ids: [item], text: "a b", skus: ["S"], includeDeleted: true };
  await here.catalog.list(root, parse(operations.catalog.list, { ...catalog, updatedAfter }));
  const asked = { limit: 1 };
  const rooms = [
    (cursor?: string) =>
      here.catalog.list(root, parse(operations.catalog.list, { ...asked, cursor })),
    (cursor?: string) =>
      here.locations.list(root, parse(operations.locations.list, { ...asked, cursor })),
    (cursor?: string) =>
      here.merchants.list(root, parse(operations.merchants.list, { ...asked, cursor })),
    (cursor?: string) =>
      here.tokens.list(root, parse(operations.tokens.list, { ...asked, cursor })),
  ];
  await here.merchants.create(root, parse(operations.merchants.create, { name: "Second" }));
  const token = { application: { name: "Second" }, scopes: ["INVENTORY_READ"] };
  await here.tokens.create(root, parse(operations.tokens.create, token));
  for (const page of rooms) await page((await page()).cursor);
  const receivedBy = ago(0);
  await here.feed.locate(root, parse(operations.feed.locate, { receivedBy }));
  const snapshot = async (cursor?: string) =>
    here.feed.snapshot(root, parse(operations.feed.snapshot, { limit: 1, cursor }));
  await snapshot((await snapshot()).cursor);
  const { cursor: after } = await here.feed.locate(root, parse(operations.feed.locate, {}));
  await here.feed.checksum(root, parse(operations.feed.checksum, { after }));
}

/** A sign-in at the console by a code, which is used up; a session that was not used for a while. */
async function signIn(url: string, { here, there, root }: Places): Promise<void> {
  const { secret: code } = await here.sessions.makeCode(root);
  const { secret } = await here.sessions.redeem(code);
  await here.sessions.redeem(code).catch(refusedIsFine);
  const sql = postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
  const { merchantId } = root;
  await sql`update bincard.console_sessions set used_at = ${ago(60 * MINUTE)} where merchant_id = ${merchantId}`;
  await sql.end();
  await there.sessions.authenticate(secret);
  await here.sessions.end(secret);
}

/** Long enough that whether the token still stands is looked up; what is recorded meanwhile need not be read. */
async function follow(places: Places): Promise<void> {
  const { here, root } = places;
  const input = parse(operations.feed.follow, {});
  let isFirst = true;
  for await (const page of here.feed.follow(root, input, AbortSignal.timeout(FOLLOWED_MS))) {
    if (isFirst && !page.more) isFirst = (await receiveOne(places)).position < 0;
  }
}

/** As if no attempt had succeeded for a month. */
async function failForWeeks(url: string, { merchantId }: Principal): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
  await sql`
    update bincard.webhook_subscriptions set failing_since = ${ago(30 * 24 * 60 * MINUTE)}
    where merchant_id = ${merchantId}`;
  await sql.end();
}

/** As if every delivery that is settled were of two months ago: what is not waits for its turn, and stays young. */
async function ageDeliveries(url: string, { merchantId }: Principal): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
  await sql`
    update bincard.webhook_deliveries set created_at = ${ago(60 * 24 * 60 * MINUTE)}
    where merchant_id = ${merchantId} and state <> 'PENDING'`;
  await sql.end();
}

const receiveOne = (places: Places) => create(places.here, places, [receive(places)]);

/**
 * A webhook subscription goes on at the end of the feed where the log no longer has what comes next; what was settled long
 * ago is forgotten.
 */
async function skip(
  ledger: OpenLedger,
  { root }: Places,
  loseNext: () => Promise<void>,
): Promise<void> {
  const hook = { eventTypes: ["inventory.count.updated"], notificationUrl: "https://a.example/" };
  const made = parse(operations.webhooks.create, hook);
  const { subscription } = await ledger.webhooks.create(root, made);
  await loseNext();
  const asked = parse(operations.webhooks.get, { id: subscription.id });
  ledger.startWebhooks();
  const at = async () => (await ledger.webhooks.get(root, asked)).subscription.position;
  while ((await at()) === subscription.position) await sleep(50);
  const states = ["DELIVERED", "DEAD", "REPLACED", "CANCELLED"];
  const settled = parse(operations.webhooks.deliveries, { states, limit: 1_000 });
  const oldest = async () =>
    (await ledger.webhooks.deliveries(root, settled)).deliveries.at(-1)?.createdAt;
  while (((await oldest()) ?? LONG_KEPT) < LONG_KEPT) await sleep(50);
}

/** Each operation there is, deletion and revocation among them: nothing comes after it. */
async function operate(places: Places): Promise<void> {
  const { here, root, item, from } = places;
  const { changes } = await create(here, places, [receive(places)]);
  const made = { application: { name: "Gone" }, scopes: ["INVENTORY_READ"] };
  const { info } = await here.tokens.create(root, parse(operations.tokens.create, made));
  const id = changes[0]?.id ?? "";
  const webhook = await subscribed(here, root);
  const ids = { changeId: id, tokenId: info.id, ...webhook };
  const things = { catalogObjectId: item, locationId: from, ...ids };
  for (const verbs of Object.values(everyOperation(here)))
    for (const ask of Object.values(verbs)) await ask(root, things).catch(refusedIsFine);
}

/** The statement was sent, which is what a tour is for. */
function refusedIsFine(reason: unknown): void {
  if (reason instanceof Error && reason.name === "Refusal") return;
  throw reason;
}

/** One that is recorded and gone before anybody reads it. */
async function loseChange(url: string, places: Places): Promise<void> {
  const { here, root } = places;
  const objects = [{ type: "ITEM", id: "#l", name: "L", variations: [{ id: "Last", name: "L" }] }];
  const input = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  await here.catalog.upsert(root, input);
  const last = receive({ ...places, item: "Last" });
  await create(here, places, [last, last]);
  const sql = postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
  await sql`
    delete from bincard.changes c using bincard.merchants m
    where c.merchant_id = ${root.merchantId} and m.id = c.merchant_id
      and c.position = m.position - 1`;
  await sql.end();
}

/** A change that is gone, and one that cannot be: `verify` looks closer than at a sound ledger. */
async function damage(url: string, { here, root }: Places): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, fetch_types: false });
  await sql`delete from bincard.changes where merchant_id = ${root.merchantId} and position = 1`;
  await sql`
    update bincard.changes set quantity = quantity + 0.0000001
    where merchant_id = ${root.merchantId} and position = 2`;
  await sql.end();
  await here.ledger.verify(root, parse(operations.ledger.verify, {}));
}
