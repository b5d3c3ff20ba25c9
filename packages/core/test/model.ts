import type { ChangeInput, ParsedChange } from "@bincard/contracts";

/**
 * The ledger by its definition (L1), in forty lines and with nothing of the product's path: every
 * change is kept, and a count is a fold over those on its key, by occurred time and then by position.
 */
interface Side {
  readonly key: string;
  readonly kind: "add" | "reset";
  /** In hundred-thousandths. */
  readonly amount: number;
  readonly at: string;
}

const UNTRACKED = ["NONE", "SOLD", "UNLINKED_RETURN"];

function sidesOf(change: ChangeInput | ParsedChange): Side[] {
  const amount = Math.round(Number(change.quantity) * 100_000);
  const at = change.occurredAt;
  const key = (location: string | undefined, state: string) =>
    `${change.catalogObjectId} ${location} ${state}`;
  if (change.type === "PHYSICAL_COUNT")
    return [{ key: key(change.locationId, change.state), kind: "reset", amount, at }];
  const one = "locationId" in change ? change.locationId : undefined;
  const [from, to] = [change.fromLocationId ?? one, change.toLocationId ?? one];
  const [left, entered] =
    change.type === "TRANSFER"
      ? [change.state ?? "IN_STOCK", change.state ?? "IN_STOCK"]
      : [change.fromState, change.toState];
  const sides: Side[] = [];
  if (!UNTRACKED.includes(left))
    sides.push({ key: key(from, left), kind: "add", amount: -amount, at });
  if (!UNTRACKED.includes(entered)) sides.push({ key: key(to, entered), kind: "add", amount, at });
  return sides;
}

export class Model {
  readonly #sides: Side[] = [];

  /** Quantity of a key, now or as of an instant; undefined when nothing ever named it. */
  quantity(key: string, asOf = "9999"): string | undefined {
    const own = this.#sides.filter((side) => side.key === key && side.at <= asOf);
    if (own.length === 0) return undefined;
    const inOrder = own.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const sum = inOrder.reduce(
      (q, { kind, amount }) => (kind === "reset" ? amount : q + amount),
      0,
    );
    return String(sum / 100_000);
  }

  /** Applies a change; false when it is a physical count that changes nothing and is to be ignored. */
  apply(change: ChangeInput | ParsedChange, ignoreUnchanged: boolean): boolean {
    const sides = sidesOf(change);
    const [first] = sides;
    if (ignoreUnchanged && first?.kind === "reset") {
      const before = Number(this.quantity(first.key, change.occurredAt) ?? 0) * 100_000;
      if (Math.round(before) === first.amount) return false;
    }
    this.#sides.push(...sides);
    return true;
  }

  counts(): Map<string, string> {
    const keys = new Set(this.#sides.map(({ key }) => key));
    return new Map(Array.from(keys, (key) => [key, this.quantity(key) ?? ""]));
  }
}
