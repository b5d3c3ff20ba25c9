import {
  type ChangeInput,
  type Micros,
  operations,
  parseOrRefuse,
  type Principal,
} from "@bincard/contracts";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import postgres from "postgres";
import {
  ensureRoot,
  type LedgerOptions,
  makeToken,
  migrate,
  type OpenLedger,
  openLedger,
  type WebhookSettings,
} from "../src/index.ts";
import { makeHostile } from "./hostile.ts";
import { mode } from "./mode.ts";
import { openPostBox, type PostBox } from "./post-box.ts";

/** A ledger on a database of its own, with one merchant, and people's words for what they do to it. */
export interface World {
  readonly url: string;
  readonly ledger: OpenLedger;
  /** Where webhooks go once they are started. */
  readonly postBox: PostBox;
  readonly webhooks: WebhookSettings;
  /** The database owner's connection: for what no door allows. */
  readonly sql: postgres.Sql;
  readonly root: Principal;
  /** The merchant's own first location. */
  readonly main: string;
  /** Makes a variation (in an item of its own) and answers its id. */
  variation(name: string): Promise<string>;
  location(name: string): Promise<string>;
  record(
    changes: readonly ChangeInput[],
    options?: { key?: string; ignoreUnchangedCounts?: boolean; as?: Principal },
  ): ReturnType<OpenLedger["changes"]["create"]>;
  /** `IN_STOCK` at `main` unless said; undefined for a key without a count. */
  quantity(
    catalogObjectId: string,
    where?: { state?: string; locationId?: string },
  ): Promise<string | undefined>;
  /** Another merchant, with a principal of every scope. */
  stranger(name: string): Promise<Principal>;
  close(): Promise<void>;
}

let keys = 0;
export const newKey = (): string => `key-${process.pid}-${keys++}`;

export const parse = <Op extends { input: Parameters<typeof parseOrRefuse>[0] }>(
  { input }: Op,
  given: unknown,
) => parseOrRefuse<Op["input"]>(input, given);

/** As many servers as the mode says, which answer in turn as if they were one. */
function openServers(options: LedgerOptions): OpenLedger {
  const servers = Array.from({ length: mode.servers }, () =>
    openLedger({ ...mode.limits, ...options }),
  );
  const [first] = servers;
  if (first === undefined) throw new Error("a mode has one server at least");
  let turn = 0;
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  return new Proxy(first, {
    get: (_, name): unknown =>
      name === "close" ? close : Reflect.get(servers[turn++ % servers.length] ?? first, name),
  });
}

const SECRET_KEY = "a secret of the tests, of some length";

export async function openWorld(
  options: { clock?: () => Micros; retryScale?: number } = {},
): Promise<World> {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const { retryScale = 1, ...others } = options;
  const postBox = openPostBox();
  const webhooks = { secretKey: SECRET_KEY, courier: postBox, retryScale };
  const ledger = openServers({ databaseUrl: database.url, webhooks, ...others });
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  if (mode.hostility !== undefined) await makeHostile(sql, mode.hostility);
  const root = await ledger.authenticate(token);
  const all = parse(operations.locations.list, {});
  const main = (await ledger.locations.list(root, all)).locations[0]?.id ?? "";
  return {
    url: database.url,
    ledger,
    postBox,
    webhooks,
    sql,
    root,
    main,
    async variation(name) {
      const input = parse(operations.catalog.upsert, {
        idempotencyKey: newKey(),
        objects: [{ type: "ITEM", id: "#item", name, variations: [{ id: "#variation", name }] }],
      });
      const { idMappings } = await ledger.catalog.upsert(root, input);
      return idMappings.find((each) => each.clientObjectId === "#variation")?.objectId ?? "";
    },
    async location(name) {
      const input = parse(operations.locations.create, { name });
      return (await ledger.locations.create(root, input)).location.id;
    },
    record(changes, { key = newKey(), ignoreUnchangedCounts = true, as = root } = {}) {
      const given = { idempotencyKey: key, changes, ignoreUnchangedCounts };
      return ledger.changes.create(as, parse(operations.changes.create, given));
    },
    async quantity(catalogObjectId, { state = "IN_STOCK", locationId = main } = {}) {
      const input = parse(operations.counts.ofObject, { catalogObjectId, limit: 1_000 });
      const { counts } = await ledger.counts.ofObject(root, input);
      return counts.find((count) => count.state === state && count.locationId === locationId)
        ?.quantity;
    },
    async stranger(name) {
      const made = parse(operations.merchants.create, { name });
      const { merchant } = await ledger.merchants.create(root, made);
      const asked = parse(operations.tokens.create, {
        merchantId: merchant.id,
        application: { name: "Stranger" },
        scopes: [...root.scopes],
      });
      return ledger.authenticate((await ledger.tokens.create(root, asked)).token);
    },
    async close() {
      await ledger.close();
      await sql.end();
      await database.drop();
    },
  };
}
