import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const FORMAT = 1;
const NAME_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NAME_BYTES + IV_BYTES + TAG_BYTES;

/**
 * Keeps what must be read again, such as signature keys, under a secret of the operator's: AES-256-GCM under a key
 * derived from it, bound to the place where it is kept, so that no row's secret can stand in another's.
 */
export class Vault {
  readonly #key: Buffer;
  /** Tells one secret from another without saying anything of either. */
  readonly #name: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "bincard", "signature keys", 32));
    this.#name = createHash("sha256").update(this.#key).digest().subarray(0, NAME_BYTES);
  }

  seal(text: string, place: string): Uint8Array {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([Buffer.of(FORMAT), this.#name, iv, cipher.getAuthTag(), sealed]);
  }

  /** Undefined when it was sealed under another secret, for another place, or was altered. */
  open(kept: Uint8Array, place: string): string | undefined {
    const bytes = Buffer.from(kept);
    const name = bytes.subarray(1, 1 + NAME_BYTES);
    if (bytes.length < HEAD_BYTES || bytes[0] !== FORMAT || !name.equals(this.#name))
      return undefined;
    const iv = bytes.subarray(1 + NAME_BYTES, 1 + NAME_BYTES + IV_BYTES);
    const tag = bytes.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES);
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(place))
        .setAuthTag(tag);
      const opened = [decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString("utf8");
    } catch {
      return undefined;
    }
  }
}
