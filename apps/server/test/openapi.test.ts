import { router } from "@bincard/api";
import { operations, type Operation } from "@bincard/contracts";
import { Validator } from "@seriousme/openapi-schema-validator";
import formats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { Gate } from "../src/gate.ts";
import { openApiDocument } from "../src/openapi/document.ts";
import { pathOf } from "../src/openapi/v2-paths.ts";
import { ENDPOINTS } from "../src/square/routes.ts";
import { JSON_BODY, openApp, request } from "./open-app.ts";
import { at } from "./square/world.ts";

type Json = Readonly<Record<string, unknown>>;
const json: Json = JSON.parse(JSON.stringify(openApiDocument()));
const paths = json["paths"] as Readonly<Record<string, Json>>;
const METHODS = ["get", "post", "put", "delete"];

/** `["post /trpc/changes.create", …]`: all that the document says can be asked. */
function documented(): string[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (method in item ? [`${method} ${path}`] : [])),
  );
}

function operationsOf(): readonly (readonly [string, Json])[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, found]) => [`${method} ${path}`, found as Json] as const),
  );
}

/** Every object of the document, with the place it stands at. */
function everyObject(value: unknown, place = "#"): (readonly [string, Json])[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, within]) =>
    everyObject(within, `${place}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return Array.isArray(value) ? inside : [[place, value as Json], ...inside];
}

describe("the document", () => {
  test("is OpenAPI 3.1 by the meta-schema of the specification", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(json));
    expect([valid, errors, validator.version]).toEqual([true, undefined, "3.1"]);
    // And the validator is able to find a fault.
    expect(await validator.validate({ ...json, paths: { "no-slash": {} } })).toMatchObject({
      valid: false,
    });
  });

  test("refers to nothing that is not there", () => {
    const places = new Set(everyObject(json).map(([place]) => place));
    const refs = everyObject(json).flatMap(([, object]) =>
      typeof object["$ref"] === "string" ? [object["$ref"]] : [],
    );
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => !places.has(ref))).toEqual([]);
  });

  test("names every operation once", () => {
    const ids = operationsOf().map(([, operation]) => operation["operationId"]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  });

  test("shows examples that are what its schemas permit", () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    ajv.addSchema(json, "document");
    const shown = everyObject(json).filter(([, object]) => "example" in object);
    expect(shown.length).toBeGreaterThan(50);
    for (const [place, object] of shown) {
      const validate = ajv.compile({ $ref: `document${encodeURI(`${place}/schema`)}` });
      expect([place, validate(object["example"]), validate.errors]).toEqual([place, true, null]);
    }
  });

  test("says what each operation's token must carry", () => {
    for (const [room, verbs] of Object.entries(operations))
      for (const [verb, { scope }] of Object.entries<Operation>(verbs))
        for (const operation of Object.values(paths[`/trpc/${room}.${verb}`] ?? {}))
          expect([room, verb, at(operation, "security"), at(operation, "x-scope")]).toEqual([
            room,
            verb,
            [{ token: scope === null ? [] : [scope] }],
            scope ?? undefined,
          ]);
    for (const endpoint of ENDPOINTS) {
      const operation = at(paths, pathOf(endpoint), endpoint.method.toLowerCase());
      expect(at(operation, "x-scope")).toBe(endpoint.operation.scope);
    }
  });
});

describe("the document and the server are about the same", () => {
  const app = createApp({ ledger: new Gate() });
  const served = app.routes.filter(({ method }) => method !== "ALL");

  /** Hono's `:id` and the document's `{catalog_object_id}` are both somebody's id. */
  const plain = (path: string) => path.replaceAll(/:id|\{[a-z_]+\}/g, "{}");
  const PAGES = /^\/docs\/.+/;

  test("every route that is served is documented", () => {
    const known = new Set(documented().map(plain));
    const routes = served
      .filter(({ path }) => !PAGES.test(path))
      .map(({ method, path }) => plain(`${method.toLowerCase()} ${path}`));
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter((route) => !known.has(route))).toEqual([]);
  });

  test("what takes any method is a door, or refuses", () => {
    const open = app.routes.filter(({ method }) => method === "ALL").map(({ path }) => plain(path));
    const refusing = new Set(ENDPOINTS.map(({ path }) => plain(`/v2${path}`)));
    expect(open.filter((path) => !refusing.has(path)).toSorted()).toEqual([
      "/*",
      "/console/*",
      "/trpc/*",
      "/v2/*",
      "/v2/*",
      "/v2/*",
      "/v2/inventory/adjustment-reasons",
      "/v2/inventory/adjustment-reasons/*",
      "/v2/inventory/adjustments/update",
    ]);
  });

  test("every procedure of the router is documented, by the methods it answers to", () => {
    const byKind = {
      query: ["get", "post"],
      mutation: ["post"],
      subscription: ["get", "post"],
    };
    const flat: Readonly<Record<string, { _def: { type: keyof typeof byKind } }>> = Object(
      router._def.procedures,
    );
    const procedures = Object.entries(flat).flatMap(([name, procedure]) =>
      byKind[procedure._def.type].map((method) => `${method} /trpc/${name}`),
    );
    const known = documented().filter((route) => route.includes(" /trpc/"));
    expect(known.toSorted()).toEqual(procedures.toSorted());
  });

  test("nothing is documented that is not served", async () => {
    const routes = new Set(
      served.map(({ method, path }) => plain(`${method.toLowerCase()} ${path}`)),
    );
    const beside = documented().filter((route) => !route.includes(" /trpc/"));
    expect(beside.filter((route) => !routes.has(plain(route)))).toEqual([]);
  });
});

test("every path takes the methods that are documented, and no other", async () => {
  const { ask } = await openApp();
  for (const [path, item] of Object.entries(paths))
    for (const method of METHODS) {
      const { status, body } = await ask(path.replace(/\{[a-z_]+\}/, "NOTHING"), {
        method,
        headers: JSON_BODY,
        ...(method === "get" || method === "delete" ? {} : { body: "{}" }),
      });
      // A subscription answers until its caller leaves.
      await body?.cancel();
      expect([method, path, status === 405]).toEqual([method, path, !(method in item)]);
    }
});

describe("the pages", () => {
  const app = createApp({ ledger: new Gate() });
  const get = async (path: string, headers: Record<string, string> = {}) =>
    app.fetch(request(path, { headers }));

  test("/openapi.json is the document, for anyone, before there is a database", async () => {
    const answer = await get("/openapi.json");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await answer.json()).toEqual(json);
  });

  test("/docs loads what it needs from this server and nothing from elsewhere", async () => {
    const answer = await get("/docs");
    const html = await answer.text();
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(html).not.toMatch(/https?:|<script>|<style|style=|\bon[a-z]+=/);
    const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(loaded).toHaveLength(4);
    for (const path of loaded) {
      const asset = await get(new URL(path, "http://bincard.test/docs").pathname);
      expect([path, asset.status]).toEqual([path, 200]);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  test("are sent again only when they changed, and packed for whoever unpacks", async () => {
    const plain = await get("/docs/swagger-ui.css");
    const tag = plain.headers.get("etag") ?? "";
    const again = await get("/docs/swagger-ui.css", { "If-None-Match": tag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const refused = await get("/docs/swagger-ui.css", { "Accept-Encoding": "gzip;q=0" });
    expect(refused.headers.get("content-encoding")).toBeNull();
    const packed = await get("/docs/swagger-ui.css", { "Accept-Encoding": "gzip;q=0.5, br" });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const unpacked = packed.body?.pipeThrough(new DecompressionStream("gzip"));
    expect(await new Response(unpacked).text()).toBe(await plain.text());
  });

  test("are asked by GET", async () => {
    for (const path of ["/openapi.json", "/docs", "/docs/start.js"]) {
      const answer = await app.fetch(request(path, { method: "POST" }));
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });
});
