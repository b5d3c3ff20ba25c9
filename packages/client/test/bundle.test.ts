import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { openStage, URL_OF_APP } from "./stage.ts";

const GZIP_BYTES_MAX = 14 * 1_024;
let code: string;
let inputs: string[];

beforeAll(async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../src/index.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "bincard",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
  });
  code = outputFiles[0]?.text ?? "";
  inputs = Object.keys(metafile.inputs);
});

test(`in a browser's bundle the client takes less than ${GZIP_BYTES_MAX} bytes, and no zod`, () => {
  expect(gzipSync(code).byteLength).toBeLessThan(GZIP_BYTES_MAX);
  expect(inputs.length).toBeGreaterThan(0);
  expect(inputs.filter((file) => /zod|drizzle|packages\/(api|core)\/|apps\//.test(file))).toEqual(
    [],
  );
});

test("it runs where there is no Node and no secure context: what comes with fetch will do", async () => {
  const stage = await openStage();
  const page = createContext({
    AbortController,
    Blob,
    DOMException,
    FormData,
    clearTimeout,
    performance,
    setTimeout,
    crypto: { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) },
    fetch: stage.fetch,
    given: { url: URL_OF_APP, token: stage.token },
  });
  const script = `${code};
    (async () => {
      const client = bincard.createBincard(given);
      const objects = [{ type: "ITEM", id: "TEA", name: "Tea" }];
      const { idempotencyKey } = await client.catalog.upsert({ objects });
      const names = [];
      for await (const { name } of client.catalog.list.each()) names.push(name);
      const refused = await client.locations.get({ id: "NOWHERE" }).catch((error) => error);
      return JSON.stringify([
        names, idempotencyKey.length, typeof process, refused.name, bincard.isBincardError(refused, "NOT_FOUND"),
      ]);
    })()`;
  expect(await runInContext(script, page)).toBe('[["Tea"],36,"undefined","NotFoundError",true]');
});
