/**
 * Names to be looked for by words they contain. They are one text, which is searched for the longest of the words in
 * some milliseconds even when there are hundreds of thousands of names.
 */
export class Names {
  readonly #text: string;
  /** Where each name begins in the text. */
  readonly #starts: Uint32Array;

  constructor(names: readonly string[]) {
    const lines = names.map((name) => name.toLowerCase().replaceAll("\n", " "));
    this.#text = `${lines.join("\n")}\n`;
    this.#starts = new Uint32Array(lines.length);
    let start = 0;
    for (const [index, line] of lines.entries()) {
      this.#starts[index] = start;
      start += line.length + 1;
    }
  }

  /** The indexes of the first `most` names that contain every one of these words, in any order. */
  having(words: readonly string[], most: number): readonly number[] {
    const wanted = words.map((word) => word.toLowerCase());
    const longest = wanted.reduce((a, b) => (b.length > a.length ? b : a), "");
    const found: number[] = [];
    let index = 0;
    while (found.length < most && index < this.#starts.length) {
      const hit = this.#text.indexOf(longest, this.#starts[index]);
      if (hit === -1) break;
      index = this.#at(hit);
      const name = this.#name(index);
      if (wanted.every((word) => name.includes(word))) found.push(index);
      index += 1;
    }
    return found;
  }

  #name(index: number): string {
    const end = this.#starts[index + 1] ?? this.#text.length;
    return this.#text.slice(this.#starts[index], end - 1);
  }

  /** Which name this place of the text is in. */
  #at(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
