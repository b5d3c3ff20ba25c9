import { answerRefusal } from "@bincard/api";
import {
  AbortedError,
  AuthenticationError,
  type BincardError,
  ConflictError,
  InvalidRequestError,
  isBincardError,
  NetworkError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  type Retrying,
  UnavailableError,
} from "@bincard/client";
import { refuse } from "@bincard/contracts";
import { beforeAll, describe, expect, test } from "vitest";
import {
  AT_ONCE,
  fair,
  makeShelf,
  onHand,
  openSharedStage,
  openStage,
  received,
  silence,
  type Stage,
  under,
  type Weather,
} from "./stage.ts";

/** For the tests that write nothing. */
let stage: Stage;
beforeAll(async () => {
  stage = await openSharedStage();
  return stage.close;
});

async function failing(call: Promise<unknown>): Promise<BincardError> {
  const thrown: unknown = await call.then(
    () => "answered",
    (error: unknown) => error,
  );
  if (!isBincardError(thrown)) throw thrown;
  return thrown;
}
/** What a proxy on the way answers by itself. */
const proxy =
  (status: number, headers: Record<string, string> = {}): Weather =>
  async () =>
    new Response("<h1>no</h1>", { status, headers: { "content-type": "text/html", ...headers } });

describe("what is tried again", () => {
  test.each([408, 425, 429, 500, 502, 503, 504])("a %i is", async (status) => {
    const sky = under(stage.fetch, proxy(status), proxy(status), fair);
    const retries: Retrying[] = [];
    const bincard = stage.client({ fetch: sky.fetch, onRetry: (retry) => retries.push(retry) });
    await bincard.locations.list();
    expect(sky.sent).toHaveLength(3);
    expect(retries.map(({ operation, attempt }) => [operation, attempt])).toEqual([
      ["locations.list", 1],
      ["locations.list", 2],
    ]);
    expect(retries[0]?.error).toMatchObject({ status, retryable: true });
  });

  test.each([400, 401, 403, 404, 405, 409, 413, 415, 422])("a %i is not", async (status) => {
    const sky = under(stage.fetch, proxy(status));
    const error = await failing(stage.client({ fetch: sky.fetch }).locations.list());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: "UNREADABLE_ANSWER", status, retryable: false });
    expect(sky.sent).toHaveLength(1);
  });

  test("the server's own refusals are by their code", async () => {
    const busy: Weather = async () =>
      answerRefusal(refuse("UNAVAILABLE", "starting", { retryAfterSeconds: 0.001 }));
    const sky = under(stage.fetch, busy);
    const error = await failing(stage.client({ fetch: sky.fetch }).tokens.current());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ code: "UNAVAILABLE", status: 503, attempts: 4 });
    expect(sky.sent).toHaveLength(4);
  });

  test("as often as the policy says", async () => {
    const sky = under(stage.fetch, proxy(503));
    const retry = { ...AT_ONCE, attempts: 2 };
    await failing(stage.client({ fetch: sky.fetch, retry }).locations.list());
    expect(sky.sent).toHaveLength(2);
  });
});

describe("how long it takes at most", () => {
  const tooLong = { "retry-after": "100" };
  const inAnHour = { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() };

  test("a wait that would outlast the deadline is not begun", async () => {
    for (const headers of [tooLong, inAnHour]) {
      const sky = under(stage.fetch, proxy(429, headers), fair);
      const error = await failing(stage.client({ fetch: sky.fetch }).locations.list());
      expect(error).toMatchObject({ status: 429, attempts: 1, retryable: true });
      expect(error.retryAfterMs).toBeGreaterThan(60_000);
      expect(sky.sent).toHaveLength(1);
    }
  });

  test("a refusal's own wait counts as the header does", async () => {
    const refusal = refuse("RATE_LIMITED", "slower", { retryAfterSeconds: 100 });
    const sky = under(stage.fetch, async () => answerRefusal(refusal));
    const error = await failing(stage.client({ fetch: sky.fetch }).locations.list());
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 100_000, attempts: 1 });
  });

  test("an attempt without an answer is given up, and made again", async () => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const sky = under(stage.fetch, silence, fair);
    // Long enough for the second attempt on a busy machine, for the first there is never an answer.
    const retry = { ...AT_ONCE, attemptMs: 3_000 };
    const bincard = stage.client({ fetch: sky.fetch, retry });
    await bincard.changes.create({ changes: [received(shelf, "5")] });
    expect(sky.sent).toHaveLength(2);
    expect(await onHand(bincard, shelf)).toBe("5");
  });

  test("the whole call ends at its deadline", async () => {
    const sky = under(stage.fetch, silence);
    const bincard = stage.client({ fetch: sky.fetch });
    const error = await failing(bincard.tokens.current({}, { timeoutMs: 50 }));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: "TIMED_OUT", attempts: 1, status: undefined });
    const none = await failing(stage.client({ timeoutMs: 0 }).tokens.current());
    expect(none.code).toBe("TIMED_OUT");
  });

  test("no deadline is one, too", async () => {
    const retry = { ...AT_ONCE, attemptMs: Infinity };
    const bincard = stage.client({ timeoutMs: Infinity, retry });
    await expect(bincard.tokens.current()).resolves.toHaveProperty("merchant");
  });
});

describe("a caller's signal", () => {
  const reason = new Error("the user left");

  test("ends a call on its way", async () => {
    const sky = under(stage.fetch, silence);
    const abort = new AbortController();
    const call = failing(
      stage.client({ fetch: sky.fetch }).tokens.current({}, { signal: abort.signal }),
    );
    setTimeout(() => abort.abort(reason), 20);
    const error = await call;
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ code: "ABORTED", cause: reason, retryable: false });
    expect(sky.sent).toHaveLength(1);
  });

  test("ends a wait", async () => {
    const abort = new AbortController();
    const sky = under(stage.fetch, proxy(503, { "retry-after": "30" }));
    const bincard = stage.client({
      fetch: sky.fetch,
      onRetry: () => setTimeout(() => abort.abort(reason), 20),
    });
    const error = await failing(bincard.tokens.current({}, { signal: abort.signal }));
    expect(error).toMatchObject({ code: "ABORTED", cause: reason });
    expect(sky.sent).toHaveLength(1);
  });

  test("that has been given already lets nothing be sent", async () => {
    const stage = await openStage();
    const shelf = await makeShelf(stage.client());
    const sky = under(stage.fetch, fair);
    const call = stage
      .client({ fetch: sky.fetch })
      .changes.create({ changes: [received(shelf, "5")] }, { signal: AbortSignal.abort(reason) });
    expect(await failing(call)).toMatchObject({ code: "ABORTED" });
    expect(sky.sent).toHaveLength(0);
    expect(await onHand(stage.client(), shelf)).toBe("none");
  });
});

describe("the class of a refusal", () => {
  test("follows its kind, and it says where, what and which request", async () => {
    const stage = await openStage();
    const bincard = stage.client();
    const shelf = await makeShelf(bincard);

    const wrong = await failing(
      bincard.changes.create({ changes: [received(shelf, "1"), received(shelf, "1.000001")] }),
    );
    expect(wrong).toBeInstanceOf(InvalidRequestError);
    expect(wrong).toMatchObject({ code: "INVALID_QUANTITY", status: 400, retryable: false });
    expect(wrong.failures).toMatchObject([{ path: ["changes", 1, "quantity"] }]);
    expect(wrong.message).toMatch(/^changes\[1\]\.quantity: must be a decimal/);
    expect(wrong.requestId).toMatch(/^[\w-]{36}$/);

    const missing = await failing(bincard.locations.get({ id: "NOWHERE" }));
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing.failures[0]?.subject).toEqual({ kind: "location", id: "NOWHERE" });

    await bincard.changes.create({ idempotencyKey: "k", changes: [received(shelf, "1")] });
    const reused = await failing(
      bincard.changes.create({ idempotencyKey: "k", changes: [received(shelf, "2")] }),
    );
    expect(reused).toBeInstanceOf(ConflictError);
    expect(reused).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", status: 422 });
  });

  test("of who may not", async () => {
    const stage = await openStage();
    const stranger = await failing(stage.client({ token: "bincard_nobody" }).tokens.current());
    expect(stranger).toBeInstanceOf(AuthenticationError);
    expect(stranger).toMatchObject({ code: "UNAUTHENTICATED", status: 401 });

    const made = await stage.client().tokens.create({
      application: { name: "Display" },
      scopes: ["INVENTORY_READ"],
    });
    const display = stage.client({ token: made.token });
    await display.counts.list();
    const denied = await failing(display.tokens.list());
    expect(denied).toBeInstanceOf(PermissionError);
    expect(denied).toMatchObject({ code: "INSUFFICIENT_SCOPE", status: 403 });

    await stage.client().tokens.revoke({ id: made.info.id });
    expect(await failing(display.counts.list())).toMatchObject({ code: "TOKEN_REVOKED" });
  });
});
