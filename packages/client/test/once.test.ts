import { type BincardError, isBincardError } from "@bincard/client";
import { describe, expect, test } from "vitest";
import {
  cutAnswer,
  fair,
  lostAnswer,
  lostRequest,
  makeShelf,
  onHand,
  openStage,
  received,
  under,
} from "./stage.ts";

const keyOf = (body: string): unknown => JSON.parse(body).idempotencyKey;
async function failing(call: Promise<unknown>): Promise<BincardError> {
  const thrown: unknown = await call.then(
    () => "answered",
    (error: unknown) => error,
  );
  if (!isBincardError(thrown)) throw thrown;
  return thrown;
}

describe("L6: one effect for one call, whatever happens on the way", () => {
  test.each([
    ["the request is lost", [lostRequest, fair], false],
    ["the answer is lost", [lostAnswer, fair], true],
    ["the answer is cut", [cutAnswer, fair], true],
    ["answer, request and answer are lost", [lostAnswer, lostRequest, lostAnswer, fair], true],
  ] as const)("%s", async (_, [first, ...rest], replayed) => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const sky = under(stage.fetch, first, ...rest);
    const bincard = stage.client({ fetch: sky.fetch });
    const answer = await bincard.changes.create({ changes: [received(shelf, "5")] });
    expect(answer.replayed).toBe(replayed);
    expect(answer.changes).toHaveLength(1);
    expect(sky.sent.length).toBe(rest.length + 1);
    expect(new Set(sky.sent).size).toBe(1);
    expect(keyOf(sky.sent[0] ?? "")).toBe(answer.idempotencyKey);
    expect(await onHand(stage.client(), shelf)).toBe("5");
  });

  test("a call that gave up carries its key, and the key settles it later", async () => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const changes = [received(shelf, "5")];
    const sky = under(stage.fetch, lostAnswer);
    const error = await failing(stage.client({ fetch: sky.fetch }).changes.create({ changes }));
    expect(error).toMatchObject({ code: "NETWORK_FAULT", attempts: 4, retryable: true });
    expect(error.idempotencyKey).toBe(keyOf(sky.sent[0] ?? ""));

    const { idempotencyKey } = error;
    const settled = await stage.client().changes.create({ idempotencyKey, changes });
    expect(settled).toMatchObject({ replayed: true, idempotencyKey });
    expect(await onHand(stage.client(), shelf)).toBe("5");
  });

  test("a key of the caller's is kept, and every call without one gets its own", async () => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const bincard = stage.client();
    const change = received(shelf, "1");
    const given = await bincard.changes.create({ idempotencyKey: "mine", changes: [change] });
    expect(given.idempotencyKey).toBe("mine");
    const keys = new Set<string>();
    for (let call = 0; call < 3; call += 1)
      keys.add((await bincard.changes.create({ changes: [change] })).idempotencyKey);
    expect(keys.size).toBe(3);
    expect(await onHand(bincard, shelf)).toBe("4");
  });

  test("a refusal carries the key too", async () => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const changes = [received({ ...shelf, locationId: "NOWHERE" }, "1")];
    const error = await failing(stage.client().changes.create({ idempotencyKey: "mine", changes }));
    expect(error).toMatchObject({ code: "NOT_FOUND", idempotencyKey: "mine", attempts: 1 });
  });

  test("the catalog is written once too", async () => {
    const stage = await openStage();
    const sky = under(stage.fetch, lostAnswer, fair);
    const bincard = stage.client({ fetch: sky.fetch });
    const objects = [{ type: "ITEM" as const, id: "#tea", name: "Tea" }];
    const answer = await bincard.catalog.upsert({ objects });
    expect(answer).toMatchObject({ replayed: true, objects: [{ name: "Tea", version: 1 }] });
    const { objects: stored } = await stage.client().catalog.list({ types: ["ITEM"] });
    expect(stored).toEqual(answer.objects);
  });

  test("a mutation without a key is sent once, and the caller decides", async () => {
    const stage = await openStage();
    const sky = under(stage.fetch, lostAnswer);
    const error = await failing(
      stage.client({ fetch: sky.fetch }).locations.create({ name: "Van" }),
    );
    expect(error).toMatchObject({ code: "NETWORK_FAULT", attempts: 1, idempotencyKey: undefined });
    expect(sky.sent).toHaveLength(1);
  });

  test("the raw proxy makes no key and repeats nothing", async () => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const sky = under(stage.fetch, lostAnswer);
    const { trpc } = stage.client({ fetch: sky.fetch });
    const changes = [received(shelf, "1")];
    const call = trpc.changes.create.mutate({ idempotencyKey: "mine", changes });
    await expect(call).rejects.toMatchObject({ name: "TRPCClientError" });
    expect(sky.sent).toHaveLength(1);
  });
});
