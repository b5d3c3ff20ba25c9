/** Which catalog objects the changes are about. */
export type Keys =
  | { readonly kind: "uniform"; readonly items: number }
  /** Zipf's law with exponent 1: the n-th item is asked for 1/n as often as the first. */
  | { readonly kind: "zipf"; readonly items: number }
  | { readonly kind: "hot" };

/** What is sent: `size` changes a request, each of one piece of one item at the merchant's location. */
export interface Work {
  /** 1: a sale from IN_STOCK to SOLD. More: a receipt, from NONE to IN_STOCK. */
  readonly size: number;
  readonly keys: Keys;
  /** Requests go to this many merchants in turn. */
  readonly merchants: number;
  /** Requests in flight, each sent when the one before it was answered. */
  readonly clients: number;
}

/** One request: a merchant's index and the items of its changes. */
export interface Order {
  readonly merchant: number;
  readonly items: readonly string[];
}

/** Where the changes go; made once a run. */
export interface Merchant {
  readonly id: string;
  readonly token: string;
  readonly locationId: string;
}
export interface World {
  readonly databaseUrl: string;
  readonly merchants: readonly Merchant[];
}

export const ITEMS = 10_000;
export const itemOf = (index: number): string => `item-${index}`;

export function statesOf(order: Order): { readonly from: string; readonly to: string } {
  return order.items.length === 1
    ? { from: "IN_STOCK", to: "SOLD" }
    : { from: "NONE", to: "IN_STOCK" };
}

const STOCKED_AT_ONCE = 100;

/** Receipts of every item that the work can name, at each of its merchants: shops sell what they have had before. */
export function stockOf({ keys, merchants }: Work): Order[] {
  const items = Array.from({ length: keys.kind === "hot" ? 1 : keys.items }, (_, at) => itemOf(at));
  const orders: Order[] = [];
  for (let merchant = 0; merchant < merchants; merchant++)
    for (let first = 0; first < items.length; first += STOCKED_AT_ONCE)
      orders.push({ merchant, items: items.slice(first, first + STOCKED_AT_ONCE) });
  return orders;
}

/** An endless source of orders. Client `n` is bound to merchant `n` modulo their number. */
export function ordersOf({ size, keys, merchants }: Work): (client: number) => Order {
  const pick = picker(keys);
  return (client) => ({
    merchant: client % merchants,
    items: Array.from({ length: size }, () => itemOf(pick())),
  });
}

function picker(keys: Keys): () => number {
  switch (keys.kind) {
    case "hot":
      return () => 0;
    case "uniform":
      return () => Math.floor(Math.random() * keys.items);
    case "zipf":
      return zipf(keys.items);
  }
}

function zipf(items: number): () => number {
  const cumulated: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= items; rank++) cumulated.push((sum += 1 / rank));
  return () => {
    const drawn = Math.random() * sum;
    let [low, high] = [0, items - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulated[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
