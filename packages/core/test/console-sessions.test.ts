import { createHash } from "node:crypto";
import { LIMITS, type Micros, operations, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { refusalOf } from "./refusal-of.ts";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
let ahead: Micros = 0;
let stopped: Micros | undefined;
const SECOND: Micros = 1_000_000;

beforeAll(async () => {
  world = await openWorld({ clock: () => stopped ?? Date.now() * 1_000 + ahead });
});
afterAll(async () => world.close());
beforeEach(async () => {
  await world.sql`delete from bincard.console_sessions`;
  await world.sql`delete from bincard.console_codes`;
});

/** What a server has been told stays known to it for a second. */
const passSecond = () => (ahead += 2 * SECOND);

async function newToken(expiresAt?: string): Promise<Principal> {
  const asked = parse(operations.tokens.create, {
    application: { name: "Console" },
    scopes: ["INVENTORY_READ"],
    expiresAt,
  });
  return world.ledger.authenticate((await world.ledger.tokens.create(world.root, asked)).token);
}

const codeOf = async (work: Promise<unknown>) =>
  (await refusalOf(async () => work)).failures[0].code;

/** Sets every session's or code's times back, as if so much time had passed. */
async function passHours(hours: number) {
  const by = `${hours} hours`;
  await world.sql`update bincard.console_sessions
    set created_at = created_at - ${by}::interval, used_at = used_at - ${by}::interval`;
  await world.sql`update bincard.console_codes set created_at = created_at - ${by}::interval`;
  passSecond();
}

describe("a session", () => {
  test("stands for the token that opened it, until it is ended", async () => {
    const { secret, principal } = await world.ledger.sessions.open(world.root);
    expect(principal).toEqual(world.root);
    expect(await world.ledger.sessions.authenticate(secret)).toEqual(world.root);
    await world.ledger.sessions.end(secret);
    await world.ledger.sessions.end(secret);
    passSecond();
    expect(await codeOf(world.ledger.sessions.authenticate(secret))).toBe("UNAUTHENTICATED");
  });

  test("that ends takes nothing away from what is known of others", async () => {
    stopped = Date.now() * 1_000;
    onTestFinished(() => void (stopped = undefined));
    const { secret } = await world.ledger.sessions.open(world.root);
    const other = await world.ledger.sessions.open(world.root);
    for (const each of [secret, other.secret]) await world.ledger.sessions.authenticate(each);
    await world.ledger.sessions.end(other.secret);
    // From now on only this server knows of it.
    await world.sql`delete from bincard.console_sessions`;
    expect(await world.ledger.sessions.authenticate(secret)).toEqual(world.root);
    expect(await codeOf(world.ledger.sessions.authenticate(other.secret))).toBe("UNAUTHENTICATED");
  });

  test("is kept as a hash", async () => {
    const { secret } = await world.ledger.sessions.open(world.root);
    const [row] = await world.sql`select secret_hash from bincard.console_sessions`;
    const hash = createHash("sha256").update(secret).digest();
    expect(hash.equals(row?.["secret_hash"])).toBe(true);
  });

  test("ends with its token, also when that expires", async () => {
    const { secret, principal } = await world.ledger.sessions.open(await newToken());
    const ended = parse(operations.tokens.revoke, { id: principal.tokenId });
    await world.ledger.tokens.revoke(world.root, ended);
    passSecond();
    expect(await codeOf(world.ledger.sessions.authenticate(secret))).toBe("TOKEN_REVOKED");
    const soon = new Date(Date.now() + ahead / 1_000 + 60_000).toISOString();
    const brief = await world.ledger.sessions.open(await newToken(soon));
    expect(await world.ledger.sessions.authenticate(brief.secret)).toEqual(brief.principal);
    ahead += 61 * SECOND;
    expect(await codeOf(world.ledger.sessions.authenticate(brief.secret))).toBe("TOKEN_EXPIRED");
  });

  test("ends when nobody uses it, and lives on while somebody does", async () => {
    const { secret } = await world.ledger.sessions.open(world.root);
    for (let time = 1; time <= 2; time++) {
      await passHours(LIMITS.consoleSessionIdleHours - 0.01);
      expect(await world.ledger.sessions.authenticate(secret)).toEqual(world.root);
    }
    await passHours(LIMITS.consoleSessionIdleHours + 0.01);
    expect(await codeOf(world.ledger.sessions.authenticate(secret))).toBe("UNAUTHENTICATED");
  });

  test("ends some time after it was opened, however much it is used", async () => {
    const { secret, expiresAt } = await world.ledger.sessions.open(world.root);
    const hoursLeft = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    expect(Math.abs(hoursLeft - LIMITS.consoleSessionHours)).toBeLessThan(1);
    const step = LIMITS.consoleSessionIdleHours - 1;
    let passed = 0;
    for (; passed + step < LIMITS.consoleSessionHours; passed += step) {
      expect(await world.ledger.sessions.authenticate(secret)).toEqual(world.root);
      await passHours(step);
    }
    expect(await world.ledger.sessions.authenticate(secret)).toEqual(world.root);
    await passHours(LIMITS.consoleSessionHours - passed);
    expect(await codeOf(world.ledger.sessions.authenticate(secret))).toBe("UNAUTHENTICATED");
  });

  test("that was used within the minute is not written again", async () => {
    const { secret } = await world.ledger.sessions.open(world.root);
    const usedAt = async () => (await world.sql`select used_at from bincard.console_sessions`)[0];
    const first = await usedAt();
    passSecond();
    await world.ledger.sessions.authenticate(secret);
    expect(await usedAt()).toEqual(first);
  });

  test("the oldest of a token makes room; those of others stay", async () => {
    const other = await world.ledger.sessions.open(await newToken());
    const opened = [];
    for (let time = 0; time <= LIMITS.consoleSessionsPerToken; time++)
      opened.push(await world.ledger.sessions.open(world.root));
    const [oldest, second] = opened;
    passSecond();
    const ask = (secret = "") => world.ledger.sessions.authenticate(secret);
    expect(await codeOf(ask(oldest?.secret))).toBe("UNAUTHENTICATED");
    expect(await ask(second?.secret)).toEqual(world.root);
    expect(await ask(other.secret)).toEqual(other.principal);
  });

  test("that has ended is taken away when another is opened", async () => {
    await world.ledger.sessions.open(world.root);
    await passHours(LIMITS.consoleSessionIdleHours + 1);
    await world.ledger.sessions.open(world.root);
    expect(await world.sql`select 1 from bincard.console_sessions`).toHaveLength(1);
  });

  test.each(["", "x", "M0000000000000.abc", `M"; drop.${"a".repeat(43)}`, "é".repeat(60)])(
    "%j stands for nobody",
    async (secret) => {
      expect(await codeOf(world.ledger.sessions.authenticate(secret))).toBe("UNAUTHENTICATED");
      expect(await codeOf(world.ledger.sessions.redeem(secret))).toBe("UNAUTHENTICATED");
      await world.ledger.sessions.end(secret);
    },
  );

  test("L11: is its merchant's; under another's name it stands for nobody", async () => {
    const stranger = await world.stranger("Next door");
    const { secret } = await world.ledger.sessions.open(world.root);
    const moved = secret.replace(world.root.merchantId, stranger.merchantId);
    expect(await codeOf(world.ledger.sessions.authenticate(moved))).toBe("UNAUTHENTICATED");
  });
});

describe("a code", () => {
  test("opens one session, once", async () => {
    const { secret: code } = await world.ledger.sessions.makeCode(world.root);
    expect(await codeOf(world.ledger.sessions.authenticate(code))).toBe("UNAUTHENTICATED");
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, async () => world.ledger.sessions.redeem(code)),
    );
    const opened = tries.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(opened).toHaveLength(1);
    const secret = opened[0]?.secret ?? "";
    expect(await world.ledger.sessions.authenticate(secret)).toEqual(world.root);
  });

  test("is void after a minute", async () => {
    const { secret: code, expiresAt } = await world.ledger.sessions.makeCode(world.root);
    const left = (Date.parse(expiresAt) - Date.now()) / 1_000;
    expect(Math.abs(left - LIMITS.consoleCodeSeconds)).toBeLessThan(30);
    await passHours((LIMITS.consoleCodeSeconds + 1) / 3_600);
    expect(await codeOf(world.ledger.sessions.redeem(code))).toBe("UNAUTHENTICATED");
  });

  test("is void once its token is revoked", async () => {
    const principal = await newToken();
    const { secret: code } = await world.ledger.sessions.makeCode(principal);
    const ended = parse(operations.tokens.revoke, { id: principal.tokenId });
    await world.ledger.tokens.revoke(world.root, ended);
    expect(await codeOf(world.ledger.sessions.redeem(code))).toBe("TOKEN_REVOKED");
  });

  test("the oldest of a token makes room", async () => {
    const codes = [];
    for (let time = 0; time <= LIMITS.consoleCodesPerToken; time++)
      codes.push((await world.ledger.sessions.makeCode(world.root)).secret);
    const [oldest = "", second = ""] = codes;
    expect(await codeOf(world.ledger.sessions.redeem(oldest))).toBe("UNAUTHENTICATED");
    expect((await world.ledger.sessions.redeem(second)).principal).toEqual(world.root);
  });
});
