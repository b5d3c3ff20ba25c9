import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Where `pnpm --filter @bincard/web build` puts the console. */
export const CONSOLE_FOLDER = fileURLToPath(new URL("../../../web/dist", import.meta.url));
export const INDEX = "/index.html";

type Bytes = Uint8Array<ArrayBuffer>;
export type Encoding = "br" | "gzip";

/** A file as it is sent: read and packed once, at the first request for it. */
export interface ServedFile {
  readonly type: string;
  readonly plain: Bytes;
  /** Empty for what does not pack. */
  readonly packed: Readonly<Partial<Record<Encoding, Bytes>>>;
  readonly tag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};
const PACKED_ALREADY: ReadonlySet<string> = new Set([".png", ".webp", ".woff2"]);
/** Near the best, for a tenth of its time. */
const BROTLI_QUALITY = 9;

interface Build {
  /** Of `index.html`, in milliseconds: a build that comes after is another. */
  readonly at: number;
  /** Where each path leads. What is not in here is not served: no path is ever put together from a request. */
  readonly places: ReadonlyMap<string, string>;
  readonly files: Map<string, Promise<ServedFile>>;
}

/** The files of the built console, by the paths they are asked at. */
export class ConsoleFiles {
  readonly #folder: string;
  #build: Promise<Build> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `undefined`: there is no such file, or the console is not built. */
  async find(path: string): Promise<ServedFile | undefined> {
    const build = await this.#current(path === INDEX);
    const place = build?.places.get(path);
    if (build === undefined || place === undefined) return undefined;
    const known = build.files.get(path);
    if (known !== undefined) return known;
    const reading = served(place);
    build.files.set(path, reading);
    // A file that cannot be read now may be readable later.
    reading.catch(() => build.files.delete(path));
    return reading;
  }

  /** The page itself is looked at each time, so that a new build shows without a restart. */
  async #current(isFresh: boolean): Promise<Build | undefined> {
    const known = await this.#build?.catch(() => undefined);
    if (known !== undefined && !isFresh) return known;
    const at = await builtAt(this.#folder);
    if (at === undefined) return undefined;
    if (known?.at === at) return known;
    this.#build = listed(this.#folder, at);
    return this.#build;
  }
}

async function builtAt(folder: string): Promise<number | undefined> {
  try {
    return (await stat(join(folder, INDEX))).mtimeMs;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(String(Object(error)["code"]))) return undefined;
    throw error;
  }
}

async function listed(folder: string, at: number): Promise<Build> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places = entries
    .filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
    .map((entry): [string, string] => {
      const place = join(entry.parentPath, entry.name);
      return [`/${relative(folder, place).split(sep).join("/")}`, place];
    });
  return { at, places: new Map(places), files: new Map() };
}

async function served(place: string): Promise<ServedFile> {
  const plain = new Uint8Array(await readFile(place));
  const extension = extname(place);
  const tag = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  const type = TYPES[extension] ?? "application/octet-stream";
  return { type, plain, packed: PACKED_ALREADY.has(extension) ? {} : await packed(plain), tag };
}

async function packed(plain: Bytes): Promise<ServedFile["packed"]> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.byteLength,
  };
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(plain, { params }),
    promisify(gzip)(plain, { level: 9 }),
  ]);
  return { br: new Uint8Array(br), gzip: new Uint8Array(zipped) };
}
