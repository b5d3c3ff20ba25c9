import type { Micros } from "@bincard/contracts";
import { type Batch, instantsNeeded, type JudgedGroup } from "../rules/group.ts";
import type { StoredInstant } from "../rules/instant.ts";
import { type Key, keyText, movesOf } from "../rules/moves.ts";
import { UNTOUCHED } from "../rules/post.ts";
import type { View } from "../rules/view.ts";
import type { Fence } from "../store/append.ts";
import type { Statement } from "../store/connect.ts";
import {
  type KeyInstant,
  type MerchantRow,
  readCounts,
  readCountsSince,
  readInstants,
  readLocationIds,
  readMerchant,
  readMovesAfter,
  readObjectTypes,
  type StoredCount,
} from "../store/known.ts";
import { TwoGenerations } from "./two-generations.ts";

/** Counts and catalog entries one lane remembers, before it forgets the least used. */
const REMEMBERED = 50_000;
/** Beyond this many counts moved by others, starting afresh is cheaper than catching up. */
const CATCH_UP_COUNTS = 5_000;

/** A key without a stored count, which is worth remembering too. */
const ABSENT: unique symbol = Symbol("absent");

/**
 * What a lane knows of its merchant: everything in it is as of `fence.position`, or newer. Newer is
 * harmless, because then the fence of the group that used it fails.
 */
export class Knowledge implements View {
  readonly #merchantId: string;
  #merchant: MerchantRow | undefined;
  readonly #counts = new TwoGenerations<StoredCount | typeof ABSENT>(REMEMBERED);
  readonly #objects = new TwoGenerations<string>(REMEMBERED);
  readonly #locations = new TwoGenerations<true>(REMEMBERED);
  /** Of the group at hand only: history can grow without any count moving. */
  #instants = new Map<string, StoredInstant>();

  constructor(merchantId: string) {
    this.#merchantId = merchantId;
  }

  get position(): number {
    return this.#merchant?.position ?? 0;
  }

  get fence(): Fence {
    const { position = 0, catalogVersion = 0 } = this.#merchant ?? {};
    return { merchantId: this.#merchantId, position, catalogVersion };
  }

  tally(key: string) {
    const count = this.#counts.get(key);
    return count === undefined || count === ABSENT ? undefined : count.tally;
  }

  calculatedAt(key: string): Micros | undefined {
    const count = this.#counts.get(key);
    return count === undefined || count === ABSENT ? undefined : count.calculatedAt;
  }

  catalogObjectType(id: string): string | undefined {
    return this.#objects.get(id);
  }

  hasLocation(id: string): boolean {
    return this.#locations.has(id);
  }

  storedInstant(key: string, at: Micros): StoredInstant {
    const known = this.#instants.get(`${key}\0${at}`);
    if (known !== undefined) return known;
    const { quantity, countedAt, lastAt } = this.tally(key) ?? UNTOUCHED;
    if (at < lastAt) throw new Error("an instant was judged that had not been read");
    return { quantity, countedAt };
  }

  forget(): void {
    this.#merchant = undefined;
    this.#counts.clear();
    this.#objects.clear();
    this.#locations.clear();
  }

  /** Reads what the batches name and this does not know yet. */
  async learn(sql: Statement, batches: readonly Batch[]): Promise<void> {
    if (this.#merchant === undefined) await this.catchUp(sql, "no lock");
    const keys = new Map<string, Key>();
    const objects = new Set<string>();
    const locations = new Set<string>();
    for (const { entries } of batches)
      for (const entry of entries) {
        if (!this.#objects.has(entry.catalogObjectId)) objects.add(entry.catalogObjectId);
        for (const id of [entry.locationId, entry.toLocationId])
          if (id !== undefined && !this.#locations.has(id)) locations.add(id);
        for (const { key } of movesOf(entry)) {
          const text = keyText(key);
          // A look here also makes a remembered count young, so that judging still finds it.
          if (this.#counts.get(text) === undefined) keys.set(text, key);
        }
      }
    await Promise.all([
      this.#learnCounts(sql, keys),
      this.#learnObjects(sql, [...objects]),
      this.#learnLocations(sql, [...locations]),
    ]);
    await this.#learnInstants(sql, batches);
  }

  /** Brings a missed fence up to date from what others have written since. */
  async catchUp(sql: Statement, lock: "lock" | "no lock"): Promise<void> {
    const before = this.#merchant;
    const now = await readMerchant(sql, this.#merchantId, lock);
    if (now === undefined) throw new Error(`merchant ${this.#merchantId} is gone`);
    if (before === undefined) this.forget();
    else {
      if (before.catalogVersion !== now.catalogVersion) {
        this.#objects.clear();
        this.#locations.clear();
      }
      if (before.position !== now.position) await this.#catchUpCounts(sql, before.receivedAt);
    }
    this.#merchant = now;
  }

  /** Takes over what a group has written, received from `receivedAt` on. */
  commit(judged: JudgedGroup, receivedAt: Micros): void {
    const last = judged.verdicts.length - 1;
    this.#merchant = {
      position: judged.position,
      catalogVersion: this.fence.catalogVersion,
      receivedAt: receivedAt + last,
    };
    for (const [text, { key, tally, receivedWith }] of judged.touched)
      this.#counts.set(text, { key, tally, calculatedAt: receivedAt + receivedWith });
  }

  async #catchUpCounts(sql: Statement, after: Micros): Promise<void> {
    const limit = CATCH_UP_COUNTS;
    const moved = await readCountsSince(sql, this.#merchantId, { after, limit });
    if (moved.length === limit) this.#counts.clear();
    else for (const count of moved) this.#counts.set(keyText(count.key), count);
  }

  async #learnCounts(sql: Statement, keys: ReadonlyMap<string, Key>): Promise<void> {
    if (keys.size === 0) return;
    const found = await readCounts(sql, this.#merchantId, [...keys.values()]);
    for (const text of keys.keys()) this.#counts.set(text, ABSENT);
    for (const count of found) this.#counts.set(keyText(count.key), count);
  }

  async #learnObjects(sql: Statement, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const types = await readObjectTypes(sql, this.#merchantId, ids);
    for (const [id, type] of types) this.#objects.set(id, type);
  }

  async #learnLocations(sql: Statement, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of await readLocationIds(sql, this.#merchantId, ids))
      this.#locations.set(id, true);
  }

  /** Physical counts look back; only those older than the newest move on their key need reading. */
  async #learnInstants(sql: Statement, batches: readonly Batch[]): Promise<void> {
    this.#instants = new Map();
    const recent: (KeyInstant & { readonly text: string })[] = [];
    const historical: (KeyInstant & { readonly text: string })[] = [];
    for (const [text, instants] of instantsNeeded(batches)) {
      const count = this.#counts.get(text);
      if (count === undefined || count === ABSENT) continue;
      for (const at of instants)
        if (at < count.tally.countedAt) historical.push({ text, key: count.key, at });
        else if (at < count.tally.lastAt) recent.push({ text, key: count.key, at });
    }
    if (recent.length > 0) {
      const moves = await readMovesAfter(sql, this.#merchantId, recent);
      recent.forEach(({ text, at }, index) => {
        const { quantity, countedAt } = this.tally(text) ?? UNTOUCHED;
        const after = moves[index] ?? 0n;
        this.#instants.set(`${text}\0${at}`, { quantity: quantity - after, countedAt });
      });
    }
    if (historical.length > 0) {
      const found = await readInstants(sql, this.#merchantId, historical);
      historical.forEach(({ text, at }, index) => {
        const instant = found[index];
        if (instant !== undefined) this.#instants.set(`${text}\0${at}`, instant);
      });
    }
  }
}
