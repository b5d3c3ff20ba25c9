import { createHash } from "node:crypto";
import {
  authorize,
  formatTime,
  operations,
  type Principal,
  SCOPES,
  type Scope,
} from "@bincard/contracts";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ensureRoot, makeToken, migrate, openLedger } from "../src/index.ts";
import { everyOperation, type Things } from "./every-operation.ts";
import { faultsOf, refusalOf } from "./refusal-of.ts";
import { openWorld, parse, type World } from "./world.ts";

const SECOND = 1_000_000;
let now = Date.now() * 1_000;
let world: World;
beforeAll(async () => {
  world = await openWorld({ clock: () => now });
});
afterAll(() => world.close());

function createToken(given: object = {}, as: Principal = world.root) {
  const asked = { application: { name: "Till" }, scopes: ["INVENTORY_READ"], ...given };
  return world.ledger.tokens.create(as, parse(operations.tokens.create, asked));
}
function revoke(id: string, as: Principal = world.root) {
  return world.ledger.tokens.revoke(as, parse(operations.tokens.revoke, { id }));
}
const codeOf = async (token: string, ledger = world.ledger) =>
  (await refusalOf(() => ledger.authenticate(token))).code;

describe("tokens", () => {
  test("the secret is 256 bits behind a readable prefix, made anew each time", async () => {
    const made = Array.from({ length: 100 }, makeToken);
    for (const token of made) expect(token).toMatch(/^bincard_[A-Za-z0-9_-]{43}$/);
    expect(new Set(made).size).toBe(made.length);
    expect((await createToken()).token).toMatch(/^bincard_[A-Za-z0-9_-]{43}$/);
  });

  test("only the SHA-256 of a secret is kept, in no table anything else of it", async () => {
    const { token, info } = await createToken();
    const [row] = await world.sql<{ secret_hash: Uint8Array }[]>`
      select secret_hash from bincard.tokens where id = ${info.id}`;
    const hash = createHash("sha256").update(token).digest();
    expect(Buffer.from(row?.secret_hash ?? [])).toEqual(hash);
    const tables = await world.sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'bincard'`;
    expect(tables.length).toBeGreaterThan(6);
    const secret = token.slice("bincard_".length);
    const asBytes = Buffer.from(secret, "base64url").toString("hex");
    for (const { name } of tables)
      for (const part of [secret, asBytes, Buffer.from(token).toString("hex")]) {
        const [found] = await world.sql<{ count: string }[]>`
          select count(*) from ${world.sql(`bincard.${name}`)} t
          where position(${part} in t::text) > 0`;
        expect(found?.count, name).toBe("0");
      }
    expect(JSON.stringify(info)).not.toContain(secret);
  });

  test("a token stands for its merchant, its application and its scopes", async () => {
    const scopes = ["INVENTORY_WRITE", "ITEMS_READ", "INVENTORY_WRITE"];
    const { token, info } = await createToken({ scopes, application: { id: "APP", name: "Shop" } });
    const as = await world.ledger.authenticate(token);
    const application = { id: "APP", name: "Shop" };
    const { merchantId } = world.root;
    const unique = ["INVENTORY_WRITE", "ITEMS_READ"];
    expect(as).toEqual({ merchantId, tokenId: info.id, application, scopes: unique });
    const current = await world.ledger.tokens.current(as, parse(operations.tokens.current, {}));
    expect(current.info).toEqual(info);
    expect(current.merchant).toMatchObject({ id: merchantId });
    expect(info).toMatchObject({ merchantId, application, scopes: unique });
  });

  test("a token that nobody made is UNAUTHENTICATED", async () => {
    const { token } = await createToken();
    const others = [makeToken(), "", "x", token.slice(0, -1), `${token}A`, token.toUpperCase()];
    for (const other of others) expect(await codeOf(other), other).toBe("UNAUTHENTICATED");
    expect(await codeOf(token.slice("bincard_".length))).toBe("UNAUTHENTICATED");
    expect(await codeOf("x".repeat(1_000_000))).toBe("UNAUTHENTICATED");
  });

  test("a token expires at the instant it names", async () => {
    const expiresAt = formatTime(now + 60 * SECOND);
    const { token, info } = await createToken({ expiresAt });
    expect(info.expiresAt).toBe(expiresAt);
    const began = now;
    try {
      expect(await world.ledger.authenticate(token)).toMatchObject({ tokenId: info.id });
      now = began + 60 * SECOND - 1;
      expect(await world.ledger.authenticate(token)).toMatchObject({ tokenId: info.id });
      now = began + 60 * SECOND;
      expect(await codeOf(token)).toBe("TOKEN_EXPIRED");
      now = began;
      expect(await world.ledger.authenticate(token)).toMatchObject({ tokenId: info.id });
    } finally {
      now = began;
    }
    try {
      now = began + 60 * SECOND;
      await revoke(info.id);
      // Both are true of it; the vocabulary's order decides which one is said.
      expect(await codeOf(token)).toBe("TOKEN_EXPIRED");
    } finally {
      now = began;
    }
  });

  test("a token that could never be used is not made", async () => {
    for (const expiresAt of ["2001-01-01T00:00:00Z", formatTime(now)])
      expect(await faultsOf(() => createToken({ expiresAt }))).toEqual([
        ["INVALID_TIME", ["expiresAt"]],
      ]);
  });

  test("a revocation holds at once, for ever, and may be repeated", async () => {
    const { token, info } = await createToken();
    await world.ledger.authenticate(token);
    const { info: first } = await revoke(info.id);
    expect(first).toEqual({ ...info, revokedAt: first.revokedAt });
    expect(await codeOf(token)).toBe("TOKEN_REVOKED");
    expect((await revoke(info.id)).info).toEqual(first);
    expect(await faultsOf(() => revoke("nobody"))).toEqual([["NOT_FOUND", ["id"]]]);
  });

  test("another server hears of a revocation within a second", async () => {
    const other = openLedger({ databaseUrl: world.url, clock: () => now });
    const { token, info } = await createToken();
    try {
      expect(await other.authenticate(token)).toMatchObject({ tokenId: info.id });
      await revoke(info.id);
      now += SECOND;
      expect(await codeOf(token, other)).toBe("TOKEN_REVOKED");
    } finally {
      await other.close();
    }
  });

  test("who comes all the time is asked about ahead of it, and waits for no answer", async () => {
    const other = openLedger({ databaseUrl: world.url, clock: () => now });
    const { token, info } = await createToken();
    try {
      const together = await Promise.all(
        Array.from({ length: 20 }, async () => other.authenticate(token)),
      );
      expect(new Set(together.map(({ tokenId }) => tokenId))).toEqual(new Set([info.id]));
      await revoke(info.id);
      now += 0.6 * SECOND;
      expect(await other.authenticate(token)).toMatchObject({ tokenId: info.id });
      // The clock stands still: only what was asked meanwhile can tell.
      await vi.waitFor(async () => expect(await codeOf(token, other)).toBe("TOKEN_REVOKED"));
    } finally {
      await other.close();
    }
  });

  test("an application keeps its name; another name for its id is ALREADY_EXISTS", async () => {
    const application = { id: "POS", name: "Point of sale" };
    const first = await createToken({ application });
    const second = await createToken({ application });
    expect([first, second].map(({ info }) => info.application)).toEqual([application, application]);
    expect(first.info.id).not.toBe(second.info.id);
    const renamed = () => createToken({ application: { id: "POS", name: "Other" } });
    const { failures } = await refusalOf(renamed);
    expect(failures).toMatchObject([
      {
        code: "ALREADY_EXISTS",
        path: ["application", "name"],
        subject: { kind: "application", id: "POS" },
      },
    ]);
    const asked = parse(operations.tokens.list, { limit: 1_000 });
    const { tokens } = await world.ledger.tokens.list(world.root, asked);
    expect(tokens.filter((token) => token.application.id === "POS")).toHaveLength(2);
    const unnamed = await Promise.all([createToken(), createToken()]);
    expect(new Set(unnamed.map(({ info }) => info.application.id)).size).toBe(2);
  });

  test("an operator makes, lists and revokes tokens of any merchant that exists", async () => {
    const stranger = await world.stranger("Stranger");
    const { merchantId } = stranger;
    const { token, info } = await createToken({ merchantId });
    expect(info.merchantId).toBe(merchantId);
    expect(await world.ledger.authenticate(token)).toMatchObject({ merchantId });
    const listed = parse(operations.tokens.list, { merchantId });
    const { tokens } = await world.ledger.tokens.list(world.root, listed);
    expect(tokens.map(({ id }) => id).toSorted()).toEqual([stranger.tokenId, info.id].toSorted());
    // Without naming the merchant it is about one's own.
    expect(await faultsOf(() => revoke(info.id))).toEqual([["NOT_FOUND", ["id"]]]);
    const given = parse(operations.tokens.revoke, { id: info.id, merchantId });
    await world.ledger.tokens.revoke(world.root, given);
    expect(await codeOf(token)).toBe("TOKEN_REVOKED");
    const { failures } = await refusalOf(() => createToken({ merchantId: "nobody" }));
    expect(failures).toMatchObject([{ code: "NOT_FOUND", path: ["merchantId"] }]);
  });
});

describe("scopes", () => {
  const things: Things = {
    catalogObjectId: "nobody",
    locationId: "nowhere",
    changeId: "nothing",
    tokenId: "none",
    subscriptionId: "none",
    deliveryId: "none",
  };
  const asked = () =>
    Object.entries(everyOperation(world.ledger)).flatMap(([room, verbs]) =>
      Object.entries(verbs).map(([verb, ask]) => ({ name: `${room}.${verb}`, ask })),
    );
  const declared = Object.entries(operations).flatMap(([room, verbs]) =>
    Object.entries(verbs).map(([verb, { scope }]) => ({ name: `${room}.${verb}`, scope })),
  );
  const askOf = (name: string) => {
    const found = asked().find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is not asked`);
    return found.ask;
  };
  const outcomeOf = async (name: string, scopes: readonly Scope[]) => {
    try {
      await askOf(name)({ ...world.root, scopes }, things);
      return "allowed";
    } catch (error) {
      const { code } = await refusalOf(() => Promise.reject(error));
      return code;
    }
  };

  test("every operation is in the matrix", () => {
    expect(
      asked()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(declared.map(({ name }) => name).toSorted());
  });

  test.each(declared)("$name needs $scope and nothing else", async ({ name, scope }) => {
    const alone = await outcomeOf(name, scope === null ? [] : [scope]);
    expect(["allowed", "NOT_FOUND"]).toContain(alone);
    const others = SCOPES.filter((other) => other !== scope);
    const lacking = await outcomeOf(name, others);
    if (scope === null) expect(lacking).toBe("allowed");
    else {
      expect(lacking).toBe("INSUFFICIENT_SCOPE");
      expect(await outcomeOf(name, [])).toBe("INSUFFICIENT_SCOPE");
    }
  });

  test("the refusal names the scope that is missing", async () => {
    const { failures } = await refusalOf(async () =>
      authorize({ ...world.root, scopes: [] }, operations.changes.create),
    );
    expect(failures).toEqual([
      {
        code: "INSUFFICIENT_SCOPE",
        message: "the token lacks the scope INVENTORY_WRITE",
        path: [],
      },
    ]);
  });
});

describe("ensureRoot", () => {
  test("five at once make one merchant, with one location and one token of every scope", async () => {
    const database = await testDatabase();
    await migrate(database.url);
    const tokens = Array.from({ length: 5 }, makeToken);
    const made = await Promise.all(tokens.map((token) => ensureRoot(database.url, { token })));
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(made.map(({ merchantId }) => merchantId)).size).toBe(1);
    const ledger = openLedger({ databaseUrl: database.url });
    const outcomes = await Promise.allSettled(tokens.map((token) => ledger.authenticate(token)));
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(
      made.map(({ created }) => created),
    );
    const winner = tokens[made.findIndex(({ created }) => created)] ?? "";
    const root = await ledger.authenticate(winner);
    expect(root.scopes.toSorted()).toEqual(SCOPES.toSorted());
    const { merchants } = await ledger.merchants.list(root, parse(operations.merchants.list, {}));
    expect(merchants.map(({ id }) => id)).toEqual([root.merchantId]);
    const placesAsked = parse(operations.locations.list, {});
    const { locations } = await ledger.locations.list(root, placesAsked);
    expect(locations.map(({ name }) => name)).toEqual(["Main"]);
    await ledger.close();
    await database.drop();
  });

  test("asks for the token when it needs it: where that fails nothing is made, later it is not asked", async () => {
    const database = await testDatabase();
    await migrate(database.url);
    const fails = async () => Promise.reject(new Error("no room for it"));
    await expect(ensureRoot(database.url, { token: fails })).rejects.toThrow("no room for it");
    expect(await database.run("select * from bincard.merchants")).toEqual([]);
    const says = async () => Promise.resolve(makeToken());
    expect(await ensureRoot(database.url, { token: says })).toMatchObject({ created: true });
    expect(await ensureRoot(database.url, { token: fails })).toMatchObject({ created: false });
    await database.drop();
  });

  test("changes nothing where there is a merchant", async () => {
    const token = makeToken();
    const { merchantId } = world.root;
    expect(await ensureRoot(world.url, { token })).toMatchObject({ created: false });
    expect(await codeOf(token)).toBe("UNAUTHENTICATED");
    const asked = parse(operations.merchants.list, { limit: 1_000 });
    const { merchants } = await world.ledger.merchants.list(world.root, asked);
    expect(merchants.map(({ id }) => id)).toContain(merchantId);
  });
});

test("merchants are made by name, and names may repeat", async () => {
  const asked = parse(operations.merchants.create, { name: "Twin" });
  const twins = [];
  for (let count = 0; count < 2; count++)
    twins.push((await world.ledger.merchants.create(world.root, asked)).merchant);
  const [first, second] = twins;
  expect(first).toMatchObject({ name: "Twin", id: expect.stringMatching(/^M[0-9A-Z]{12}$/) });
  expect(first?.id).not.toBe(second?.id);
  const all = parse(operations.merchants.list, { limit: 1_000 });
  const { merchants } = await world.ledger.merchants.list(world.root, all);
  expect(merchants.filter(({ name }) => name === "Twin")).toEqual(
    twins.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
});
