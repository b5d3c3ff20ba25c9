import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** SHA-256 as hex. Not the platform's: browsers keep theirs from pages that come over plain http. */
export function sha256Of(given: string | Uint8Array): string {
  return bytesToHex(sha256(typeof given === "string" ? utf8ToBytes(given) : given));
}

/** The same of what comes in pieces, none of which is kept. */
export async function sha256OfPieces(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = sha256.create();
  for await (const piece of pieces) hash.update(piece);
  return bytesToHex(hash.digest());
}
