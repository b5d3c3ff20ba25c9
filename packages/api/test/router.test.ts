import { answerRefusal, type Context, refusalOf, router } from "@bincard/api";
import {
  FAILURE_CODES,
  type Ledger,
  operations,
  Refusal,
  refuse,
  type Scope,
  SCOPES,
} from "@bincard/contracts";
import { callTRPCProcedure } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { describe, expect, test } from "vitest";

/**
 * Only what stands between a request and the ledger is under test: this one is asked, and throws.
 */
function ledgerThatThrows(thrown: unknown): Ledger {
  const room = new Proxy({}, { get: () => () => Promise.reject(thrown) });
  return new Proxy({} as Ledger, { get: () => room });
}
const contextOf = (scopes: readonly Scope[], thrown: unknown = new Error("asked")): Context => ({
  ledger: ledgerThatThrows(thrown),
  principal: {
    merchantId: "M",
    tokenId: "T",
    application: { id: "APP", name: "Test" },
    scopes,
  },
});

const all = Object.entries(operations).flatMap(([room, verbs]) =>
  Object.entries(verbs).map(([verb, { kind, scope }]) => ({
    name: `${room}.${verb}`,
    kind,
    scope,
  })),
);

interface Sent {
  readonly context?: Context | Error;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}
async function send(method: string, path: string, { context, body, headers }: Sent = {}) {
  const given = context ?? contextOf(SCOPES);
  const response = await fetchRequestHandler({
    endpoint: "/trpc",
    router,
    allowMethodOverride: true,
    req: new Request(`http://bincard.test/trpc/${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body }),
    }),
    createContext() {
      if (given instanceof Error) throw given;
      return given;
    },
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}
const codeOf = ({ body }: Awaited<ReturnType<typeof send>>) =>
  // A batch is answered with a list.
  [body].flat()[0].error.data.failures[0].code;

describe("the router", () => {
  test("has exactly the operations of the contracts, each as the kind it is", () => {
    // At run time the procedures stand under their full names, though tRPC types them by room.
    const flat: Readonly<Record<string, object>> = router._def.procedures;
    const procedures = Object.entries(flat).map(([name, procedure]) => [
      name,
      "_def" in procedure && Object(procedure._def).type,
    ]);
    expect(procedures.toSorted()).toEqual(all.map(({ name, kind }) => [name, kind]).toSorted());
  });

  test.each(all)("$name needs $scope, and says so before it reads the input", async (operation) => {
    const call = (scopes: readonly Scope[]) =>
      callTRPCProcedure({
        router,
        path: operation.name,
        type: operation.kind,
        ctx: contextOf(scopes),
        getRawInput: async () => "not an object",
        signal: undefined,
        batchIndex: 0,
      }).then(
        () => "answered",
        (error: unknown) => refusalOf(error as Parameters<typeof refusalOf>[0]).code,
      );
    const others = SCOPES.filter((scope) => scope !== operation.scope);
    expect(await call(others)).toBe(operation.scope === null ? "WRONG_TYPE" : "INSUFFICIENT_SCOPE");
    expect(await call(operation.scope === null ? [] : [operation.scope])).toBe("WRONG_TYPE");
  });
});

describe("refusals on the wire", () => {
  test("an input at fault is refused in the contract's words, with its paths", async () => {
    const { status, body } = await send("POST", "changes.create", {
      body: JSON.stringify({ idempotencyKey: "", changes: [{ type: "GONE" }], more: 1 }),
    });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        message: "more: is not a field of this request",
        code: -32_600,
        data: {
          code: "BAD_REQUEST",
          httpStatus: 400,
          path: "changes.create",
          failures: [
            { code: "UNKNOWN_FIELD", message: "is not a field of this request", path: ["more"] },
            {
              code: "UNKNOWN_VALUE",
              message: "must be one of PHYSICAL_COUNT, ADJUSTMENT, TRANSFER",
              path: ["changes", 0, "type"],
            },
            {
              code: "TOO_SHORT",
              message: "must have at least 1 characters",
              path: ["idempotencyKey"],
            },
          ],
        },
      },
    });
  });

  test.each(FAILURE_CODES)("a ledger's %s keeps its code and everything it says", async (code) => {
    const refusal = new Refusal(
      { code, message: "first", path: ["changes", 2], subject: { kind: "location", id: "X" } },
      { code, message: "second", path: [], retryAfterSeconds: 3 },
    );
    const { status, body } = await send("GET", "tokens.current", {
      context: contextOf(SCOPES, refusal),
    });
    expect(body.error.data.failures).toEqual(refusal.failures);
    expect(body.error.message).toBe("changes[2]: first");
    expect(body.error.data.httpStatus).toBe(status);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  test.each([
    ["UNAUTHENTICATED", 401],
    ["INSUFFICIENT_SCOPE", 403],
    ["NOT_FOUND", 404],
    ["METHOD_NOT_ALLOWED", 405],
    ["VERSION_MISMATCH", 409],
    ["BODY_TOO_LARGE", 413],
    ["UNSUPPORTED_MEDIA_TYPE", 415],
    ["IDEMPOTENCY_KEY_REUSED", 422],
    ["RATE_LIMITED", 429],
    ["INTERNAL", 500],
    ["UNAVAILABLE", 503],
  ] as const)(
    "%s is %i, thrown by a verb or by who asks, or answered outright",
    async (code, http) => {
      const refusal = refuse(code, "no", { retryAfterSeconds: 1.5 });
      const thrown = await send("GET", "tokens.current", { context: contextOf(SCOPES, refusal) });
      expect([thrown.status, codeOf(thrown)]).toEqual([http, code]);
      const unknown = await send("GET", "tokens.current", { context: refusal });
      expect([unknown.status, codeOf(unknown)]).toEqual([http, code]);
      const outright = answerRefusal(refusal);
      expect(outright.status).toBe(http);
      expect(outright.headers.get("retry-after")).toBe("2");
      expect(await outright.json()).toMatchObject({ error: { data: { failures: [{ code }] } } });
    },
  );

  test.each([
    ["GET", "counts.nothing", {}, "UNKNOWN_OPERATION", 404],
    ["GET", "nothing", {}, "UNKNOWN_OPERATION", 404],
    ["GET", "%", {}, "UNKNOWN_OPERATION", 404],
    ["POST", "constructor", { body: "{}" }, "UNKNOWN_OPERATION", 404],
    ["GET", "changes.create", {}, "METHOD_NOT_ALLOWED", 405],
    ["PUT", "counts.list", { body: "{}" }, "METHOD_NOT_ALLOWED", 405],
    ["POST", "counts.list", { body: "{" }, "MALFORMED_JSON", 400],
    ["POST", "changes.create", { body: "<xml/>" }, "MALFORMED_JSON", 400],
    ["GET", "counts.list?input=%7B", {}, "MALFORMED_JSON", 400],
    ["POST", "changes.create", {}, "MISSING_FIELD", 400],
    ["POST", "changes.create", { body: "null" }, "WRONG_TYPE", 400],
    ["GET", "counts.list?input=[]", {}, "WRONG_TYPE", 400],
    ["GET", "counts.list?batch=1&input=7", {}, "INVALID_VALUE", 400],
  ] as const)("%s %s: %j is %s", async (method, path, sent, code, http) => {
    const answer = await send(method, path, sent);
    expect([codeOf(answer), answer.status]).toEqual([code, http]);
  });

  test.each([
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "text/json",
  ])("a body of %s is refused", async (type) => {
    const body = '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';
    const answer = await send("POST", "changes.create", {
      body,
      headers: { "content-type": type },
    });
    expect([codeOf(answer), answer.status]).toEqual(["UNSUPPORTED_MEDIA_TYPE", 415]);
  });

  test("a query without input is one without fields", async () => {
    const answer = await send("GET", "counts.list", {
      context: contextOf(SCOPES, refuse("NOT_FOUND", "the ledger was asked")),
    });
    expect(codeOf(answer)).toBe("NOT_FOUND");
  });

  test("a fault of ours says nothing of itself, not even to a context that fails", async () => {
    const secret = new Error("password=hunter2 at postgres://10.0.0.1");
    for (const context of [contextOf(SCOPES, secret), secret]) {
      const answer = await send("GET", "tokens.current", { context });
      expect([codeOf(answer), answer.status]).toEqual(["INTERNAL", 500]);
      expect(answer.text).not.toMatch(/hunter2|postgres|stack|\.ts/);
    }
  });

  test("an answer that breaks the contract is a fault of ours, and does not leave", async () => {
    const answer = await send("GET", "tokens.current", {
      context: {
        ...contextOf(SCOPES),
        ledger: new Proxy({} as Ledger, {
          get: () => new Proxy({}, { get: () => async () => ({ secretHash: "hunter2" }) }),
        }),
      },
    });
    expect([codeOf(answer), answer.status]).toEqual(["INTERNAL", 500]);
    expect(answer.text).not.toMatch(/hunter2|secretHash|merchant/);
  });
});
