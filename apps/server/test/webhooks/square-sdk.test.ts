import { type Square, SquareClient, SquareError, WebhooksHelper } from "square";
import { SquareClient as SquareClient43 } from "square-43";
import { SquareClient as SquareClient44 } from "square-44";
import { describe, expect, onTestFinished, test } from "vitest";
import { openWorld } from "../square/world.ts";
import { until } from "../until.ts";
import { openReceiver, type Received } from "./receiver.ts";
import { openStage } from "./stage.ts";

/** The Webhook Subscriptions API as Square's own SDK asks for it, and its helper over what arrives. */

const TYPE = "inventory.count.updated";
const asked = (notificationUrl: string, name = "Web shop") => ({
  subscription: { name, eventTypes: [TYPE], notificationUrl },
});

async function errorsOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SquareError)) throw new Error(`no error of Square's: ${String(error)}`);
  return {
    status: error.statusCode,
    errors: error.errors.map(({ category, code, field }) => ({ category, code, field })),
  };
}

async function isSigned(
  { headers, body }: Received,
  { signatureKey = "", notificationUrl }: Square.WebhookSubscription,
): Promise<boolean> {
  const signatureHeader = String(headers["x-square-hmacsha256-signature"]);
  return WebhooksHelper.verifySignature({
    requestBody: body,
    signatureHeader,
    signatureKey,
    notificationUrl: notificationUrl ?? "",
  });
}

describe("Square's SDK, version 46", () => {
  test("makes, reads, changes and ends a subscription", async () => {
    const { square } = await openStage();
    const { subscriptions } = square.webhooks;
    const receiver = await openReceiver();
    const idempotencyKey = "63f84c6c-2200-4c99-846c-2670a1311fbf";
    const given = { idempotencyKey, ...asked(receiver.url) };
    const { subscription } = await subscriptions.create(given);
    expect(subscription).toEqual({
      id: expect.stringMatching(/^wbhk_[0-9a-f]{32}$/),
      name: "Web shop",
      enabled: true,
      eventTypes: [TYPE],
      notificationUrl: receiver.url,
      apiVersion: "2026-09-16",
      signatureKey: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const subscriptionId = subscription?.id ?? "";
    expect((await subscriptions.create(given)).subscription).toEqual(subscription);
    expect((await subscriptions.get({ subscriptionId })).subscription).toEqual(subscription);
    const changed = { name: "Other", apiVersion: "2026-05-20" };
    const updated = await subscriptions.update({ subscriptionId, subscription: changed });
    expect(updated.subscription).toMatchObject({ ...changed, notificationUrl: receiver.url });
    expect(await subscriptions.delete({ subscriptionId })).toEqual({});
    expect(await errorsOf(subscriptions.get({ subscriptionId }))).toEqual({
      status: 404,
      errors: [{ category: "INVALID_REQUEST_ERROR", code: "NOT_FOUND", field: "subscription_id" }],
    });
  });

  test("lists them page by page, disabled ones when asked", async () => {
    const { square } = await openStage();
    const { subscriptions } = square.webhooks;
    const receiver = await openReceiver();
    const ids: (string | undefined)[] = [];
    for (let at = 0; at < 5; at++) {
      const { subscription } = await subscriptions.create(asked(receiver.url, `Number ${at}`));
      ids.push(subscription?.id);
    }
    await subscriptions.update({ subscriptionId: ids[1] ?? "", subscription: { enabled: false } });
    const listed = async (request: Parameters<typeof subscriptions.list>[0]) => {
      const found: (string | undefined)[] = [];
      for await (const { id } of await subscriptions.list(request)) found.push(id);
      return found;
    };
    expect(await listed({ limit: 2 })).toEqual(ids.filter((id) => id !== ids[1]));
    expect(await listed({ limit: 2, includeDisabled: true })).toEqual(ids);
    expect(await listed({ sortOrder: "DESC", includeDisabled: true })).toEqual(ids.toReversed());
  });

  test("names the event types", async () => {
    const { square } = await openStage();
    const { eventTypes, metadata } = await square.webhooks.eventTypes.list();
    expect(eventTypes).toEqual([TYPE]);
    expect(metadata).toEqual([
      { eventType: TYPE, apiVersionIntroduced: "2019-06-12", releaseStatus: "PUBLIC" },
    ]);
  });

  test("tries a subscription out: the receiver has a signed event, the caller what became of it", async () => {
    const { square, variation, receive } = await openStage();
    const receiver = await openReceiver();
    receiver.answer((_, response) => void response.writeHead(202).end());
    await variation("TEA");
    await receive("TEA", "7");
    const { subscription } = await square.webhooks.subscriptions.create(asked(receiver.url));
    const subscriptionId = subscription?.id ?? "";
    const answer = await square.webhooks.subscriptions.test({ subscriptionId, eventType: TYPE });
    expect(answer).toMatchObject({
      statusCode: 202,
      notificationUrl: receiver.url,
      passesFilter: true,
      subscriptionTestResult: { id: expect.any(String), statusCode: 202 },
    });
    const [received] = receiver.received;
    expect(JSON.parse(received?.body ?? "")).toEqual(answer.payload);
    expect(answer.payload).toMatchObject({
      type: TYPE,
      data: { object: { inventory_counts: [{ catalog_object_id: "TEA", quantity: "7" }] } },
    });
    expect(received && (await isSigned(received, subscription ?? {}))).toBe(true);
    await receiver.close();
    const silent = await square.webhooks.subscriptions.test({ subscriptionId });
    expect(silent.statusCode).toBeUndefined();
  });

  test("what its helper verifies is what was recorded; a rotated key is the one that counts", async () => {
    const { square, variation, receive } = await openStage();
    const receiver = await openReceiver();
    const { subscription = {} } = await square.webhooks.subscriptions.create(asked(receiver.url));
    await variation("TEA");
    await receive("TEA", "7.25");
    await until(() => receiver.received.length === 1);
    const [first] = receiver.received;
    if (first === undefined) throw new Error("nothing arrived");
    expect(await isSigned(first, subscription)).toBe(true);
    expect(await isSigned({ ...first, body: first.body.replace("7.25", "8") }, subscription)).toBe(
      false,
    );
    const subscriptionId = subscription.id ?? "";
    const rotation = { subscriptionId, idempotencyKey: "rotated once" };
    const { signatureKey } = await square.webhooks.subscriptions.updateSignatureKey(rotation);
    expect(signatureKey).not.toBe(subscription.signatureKey);
    const again = await square.webhooks.subscriptions.updateSignatureKey(rotation);
    expect(again.signatureKey).toBe(signatureKey);
    await receive("TEA");
    await until(() => receiver.received.length === 2);
    const [, second] = receiver.received;
    if (second === undefined || signatureKey === undefined) throw new Error("nothing arrived");
    expect(await isSigned(second, { ...subscription, signatureKey })).toBe(true);
    expect(await isSigned(second, subscription)).toBe(false);
  });

  test("is told in Square's words what is wrong", async () => {
    const { square, squareAs, newToken } = await openStage();
    const { subscriptions } = square.webhooks;
    const at = (notificationUrl: string, more: object = {}) =>
      errorsOf(
        subscriptions.create({ subscription: { ...asked(notificationUrl).subscription, ...more } }),
      );
    const request = { category: "INVALID_REQUEST_ERROR" };
    expect(await at("https://10.0.0.1/hooks")).toEqual({
      status: 400,
      errors: [{ ...request, code: "INVALID_VALUE", field: "subscription.notification_url" }],
    });
    expect(await at("not an address")).toMatchObject({
      status: 400,
      errors: [{ code: "INVALID_VALUE" }],
    });
    expect(await at("https://shop.example/", { eventTypes: ["payment.created"] })).toEqual({
      status: 400,
      errors: [{ ...request, code: "INVALID_ENUM_VALUE", field: "subscription.event_types[0]" }],
    });
    expect(await at("https://shop.example/", { eventTypes: [] })).toMatchObject({
      errors: [{ code: "ARRAY_EMPTY", field: "subscription.event_types" }],
    });
    expect(await at("https://shop.example/", { name: "x".repeat(65) })).toMatchObject({
      errors: [{ code: "VALUE_TOO_LONG", field: "subscription.name" }],
    });
    const nobody = { subscriptionId: "wbhk_nobody" };
    const absent = [
      async () => subscriptions.get(nobody),
      async () => subscriptions.update({ ...nobody, subscription: {} }),
      async () => subscriptions.delete(nobody),
      async () => subscriptions.updateSignatureKey(nobody),
      async () => subscriptions.test(nobody),
    ];
    for (const each of absent)
      expect(await errorsOf(each())).toMatchObject({
        status: 404,
        errors: [{ code: "NOT_FOUND" }],
      });
    const reader = squareAs(await newToken(["WEBHOOKS_READ", "INVENTORY_READ"]));
    expect(
      await errorsOf(reader.webhooks.subscriptions.create(asked("https://shop.example/"))),
    ).toEqual({
      status: 403,
      errors: [{ category: "AUTHENTICATION_ERROR", code: "INSUFFICIENT_SCOPES", field: undefined }],
    });
    await subscriptions.create(asked("https://shop.example/"));
    const [seen] = (await reader.webhooks.subscriptions.list()).data;
    expect(seen?.signatureKey).toBeUndefined();
    expect(await errorsOf(squareAs("nobody's").webhooks.subscriptions.list())).toMatchObject({
      status: 401,
    });
  });
});

test("Square's SDK, version 43, makes one and is told of its version", async () => {
  const { url, token } = await openStage();
  const receiver = await openReceiver();
  const square = new SquareClient43({ token, environment: url });
  const { subscription } = await square.webhooks.subscriptions.create(asked(receiver.url));
  expect(subscription).toMatchObject({ enabled: true, apiVersion: "2025-10-16" });
  const tested = await square.webhooks.subscriptions.test({
    subscriptionId: subscription?.id ?? "",
  });
  expect(typeof tested.subscriptionTestResult?.payload).toBe("string");
});

test("a key is the same request's after an upgrade of the SDK; of another version, another's", async () => {
  const { url, token } = await openStage();
  const clients = [
    new SquareClient44({ token, environment: url }),
    new SquareClient({ token, environment: url }),
  ];
  const given = { idempotencyKey: "one key", ...asked("https://shop.example/") };
  const made = [];
  for (const { webhooks } of clients)
    made.push((await webhooks.subscriptions.create(given)).subscription);
  const [by44, by46] = made;
  expect(by46?.id).toBe(by44?.id);
  // Nobody chose a version: each is told of its own.
  expect([by44?.apiVersion, by46?.apiVersion]).toEqual(["2026-05-20", "2026-09-16"]);
  const { subscriptions } = new SquareClient({ token, environment: url }).webhooks;
  const subscription = { ...given.subscription, apiVersion: "2026-05-20" };
  expect(await errorsOf(subscriptions.create({ ...given, subscription }))).toMatchObject({
    errors: [{ code: "IDEMPOTENCY_KEY_REUSED" }],
  });
  const chosen = { idempotencyKey: "another key", subscription };
  expect((await subscriptions.create(chosen)).subscription?.apiVersion).toBe("2026-05-20");
});

test("a server without the secret says which setting it lacks", async () => {
  const world = await openWorld();
  const server = await world.serve();
  onTestFinished(async () => {
    await server.close();
    await world.close();
  });
  const { token } = world;
  const square = new SquareClient({ token, environment: server.url, maxRetries: 0 });
  const work = square.webhooks.subscriptions.create(asked("https://shop.example/"));
  await expect(work).rejects.toThrow(/BINCARD_SECRET_KEY/);
  expect(
    await errorsOf(square.webhooks.subscriptions.create(asked("https://shop.example/"))),
  ).toEqual({
    status: 403,
    errors: [{ category: "INVALID_REQUEST_ERROR", code: "FORBIDDEN", field: undefined }],
  });
});
