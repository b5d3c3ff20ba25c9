import { constants, crc32, deflateRawSync } from "node:zlib";

/**
 * A piece of a gzip stream, compressed once and sent in any number of them. It stands for itself: it ends at
 * a byte's edge and refers to nothing before it, which is what a full flush is for (RFC 1951).
 */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Of what it was made of. */
  readonly length: number;
  readonly crc: number;
  /** What the sum of everything before is multiplied by when this follows. */
  readonly shift: number;
}

/** Below this many bytes a piece goes as it is: there is nothing in it that could repeat itself. */
const SMALL = 1_024;

export function pieceOf(plain: Uint8Array): Piece {
  const bytes =
    plain.length < SMALL
      ? stored(plain)
      : deflateRawSync(plain, { level: 1, finishFlush: constants.Z_FULL_FLUSH });
  return { bytes, length: plain.length, crc: crc32(plain), shift: shiftOver(plain.length) };
}

/** A block without compression: its length, and that again inverted. */
function stored(plain: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(5 + plain.length);
  bytes.writeUInt16LE(plain.length, 1);
  bytes.writeUInt16LE(plain.length ^ 0xff_ff, 3);
  bytes.set(plain, 5);
  return bytes;
}

/** RFC 1952: deflate, no name, no time, no known system. */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** A last block with nothing in it. */
const LAST_BLOCK = [3, 0];

/** One gzip stream made of pieces. It keeps the sum that has to stand at its end, and nothing else. */
export class GzipStream {
  #crc = 0;
  #length = 0;

  /** What goes out first. */
  begin(piece: Piece): Uint8Array {
    return Buffer.concat([HEAD, this.add(piece)]);
  }

  add({ bytes, length, crc, shift }: Piece): Uint8Array {
    this.#crc = product(shift, this.#crc) ^ crc;
    this.#length += length;
    return bytes;
  }

  /** What goes out last. */
  end(): Uint8Array {
    const bytes = Buffer.alloc(10);
    bytes.set(LAST_BLOCK);
    bytes.writeUInt32LE(this.#crc >>> 0, 2);
    bytes.writeUInt32LE(this.#length % 2 ** 32, 6);
    return bytes;
  }
}

/** CRC-32's polynomial; bit 31 is x to the power of 0, as in zlib's own `crc32_combine`. */
const POLYNOMIAL = 0xed_b8_83_20;
const ONE = 0x80_00_00_00;
/** x to the power of 8, which is what a byte more multiplies a sum by. */
const BYTE = 0x00_80_00_00;

/** a times b, modulo the polynomial. `a` is not 0. */
function product(a: number, b: number): number {
  let sum = 0;
  let term = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= term;
    term = (term & 1) === 0 ? term >>> 1 : (term >>> 1) ^ POLYNOMIAL;
  }
  return sum >>> 0;
}

function shiftOver(length: number): number {
  let shift = ONE;
  for (let [left, power] = [length, BYTE]; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shift = product(power, shift);
    power = product(power, power);
  }
  return shift;
}
