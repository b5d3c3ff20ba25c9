/**
 * Which places of a long list belong to it, and which of them is the nth: both in some twenty steps, however long the
 * list is, where an array of them would be copied whenever one joins or leaves. A Fenwick tree.
 */
export class Places {
  #isIn: Uint8Array<ArrayBuffer>;
  /** At `n`, counted from 1: how many there are in the last `n & -n` places up to the nth. */
  #tree: Uint32Array<ArrayBuffer>;
  #size = 0;

  /** With every place below `filled` in it. */
  constructor(filled: number) {
    const room = roomFor(filled);
    this.#isIn = new Uint8Array(room).fill(1, 0, filled);
    this.#tree = treeOf(this.#isIn);
    this.#size = filled;
  }

  get size(): number {
    return this.#size;
  }

  has(place: number): boolean {
    return this.#isIn[place] === 1;
  }

  /** Whether that changed anything. */
  add(place: number): boolean {
    if (this.has(place)) return false;
    if (place >= this.#isIn.length) this.#grow(place + 1);
    this.#isIn[place] = 1;
    this.#count(place, 1);
    return true;
  }

  /** Whether that changed anything. */
  delete(place: number): boolean {
    if (!this.has(place)) return false;
    this.#isIn[place] = 0;
    this.#count(place, -1);
    return true;
  }

  /** How many come before this place. */
  before(place: number): number {
    let count = 0;
    for (let at = Math.min(place, this.#isIn.length); at > 0; at -= at & -at)
      count += this.#tree[at] ?? 0;
    return count;
  }

  /** The place of the one that has `index` others before it. */
  at(index: number): number | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    let place = 0;
    let left = index;
    for (let step = this.#isIn.length; step > 0; step >>= 1) {
      const within = this.#tree[place + step];
      if (within === undefined || within > left) continue;
      place += step;
      left -= within;
    }
    return place;
  }

  #count(place: number, by: 1 | -1): void {
    this.#size += by;
    for (let at = place + 1; at < this.#tree.length; at += at & -at)
      this.#tree[at] = (this.#tree[at] ?? 0) + by;
  }

  #grow(places: number): void {
    const isIn = new Uint8Array(roomFor(places));
    isIn.set(this.#isIn);
    this.#isIn = isIn;
    this.#tree = treeOf(isIn);
  }
}

/** A power of two, with as much again to grow into. */
function roomFor(places: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(places * 2, 16)));
}

function treeOf(isIn: Uint8Array): Uint32Array<ArrayBuffer> {
  const tree = new Uint32Array(isIn.length + 1);
  for (let at = 1; at < tree.length; at += 1) {
    const here = (tree[at] ?? 0) + (isIn[at - 1] ?? 0);
    tree[at] = here;
    const above = at + (at & -at);
    if (above < tree.length) tree[above] = (tree[above] ?? 0) + here;
  }
  return tree;
}
