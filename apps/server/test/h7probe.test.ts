import { expect, test } from "vitest";
import { JSON_BODY } from "./open-app.ts";
import { openDoors } from "./doors.ts";
import { BATCH_CREATE } from "./square/world.ts";

test("flood", async () => {
  const doors = await openDoors();
  const bodies = {
    zeros: `{"idempotencyKey":"k","changes":[${"0,".repeat(4_000_000)}0]}`,
    objects: `{"idempotencyKey":"k","changes":[${"{},".repeat(2_700_000)}{}]}`,
    typed: `{"idempotencyKey":"k","changes":[${'{"type":"TRANSFER"},'.repeat(380_000)}{}]}`,
    names: `{"idempotencyKey":"k","changes":[],${Array.from({ length: 700_000 }, (_, i) => `"a${i}":0`).join(",")}}`,
    hundred: `{"idempotencyKey":"k","changes":[${Array.from({ length: 100 }, () => `{"type":"ADJUSTMENT","adjustment":{${Array.from({ length: 8_000 }, (_, i) => `"a${i}":0`).join(",")}}}`).join(",")}]}`,
    ids: `{"catalogObjectIds":[${"0,".repeat(4_000_000)}0]}`,
    infinite: `{"idempotency_key":"k","object":{"type":"ITEM","id":"#a","item_data":{"name":"x","foo":[${"1e400,".repeat(1_100_000)}0]}}}`,
    json: `{"idempotency_key":"k","object":{"type":"ITEM","id":"#a","item_data":{"name":"x","foo":[${"1,".repeat(3_900_000)}0]}}}`,
    objs: `{"idempotency_key":"k","object":{"type":"ITEM","id":"#a","item_data":{"name":"x","foo":[${"{},".repeat(2_600_000)}0]}}}`,
    vars: `{"idempotency_key":"k","object":{"type":"ITEM","id":"#a","item_data":{"name":"x","variations":[${"{},".repeat(2_600_000)}0]}}}`,
    batches: `{"idempotency_key":"k","batches":[${"{},".repeat(2_600_000)}0]}`,
    empty: `{"catalogObjectIds":[${'"",'.repeat(2_700_000)}""]}`,
    deep: `{"idempotencyKey":"k","changes":${"[".repeat(4_000_000)}${"]".repeat(4_000_000)}}`,
    deepo: `{"idempotencyKey":"k","changes":${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}}`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    for (const path of ["infinite","json","objs","vars"].includes(name) ? ["POST /v2/catalog/object"] : name === "batches" ? ["POST /v2/catalog/batch-upsert"] : name === "ids" || name === "empty" ? ["POST /trpc/counts.list", "POST /v2/inventory/counts/batch-retrieve"] : ["POST /trpc/changes.create", BATCH_CREATE]) {
      const begun = performance.now();
      const sent = path.includes("v2") ? body.replace("idempotencyKey", "idempotency_key").replace("catalogObjectIds", "catalog_object_ids") : body;
      const reply = await doors.raw(path, { body: sent, headers: JSON_BODY });
      console.log(name, path, body.length, reply.status, Math.round(performance.now() - begun), "ms", reply.text.length, reply.text.slice(0, 200), Math.round(process.memoryUsage().rss / 1e6));
    }
  }
  await doors.close();
}, 600_000);
