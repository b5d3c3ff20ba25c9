import { FAILURE_CODES, FAILURES, refuse, Refusal } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { refusalResponse, RENDERINGS } from "../../src/square/failures.ts";

describe("refusals in Square's envelope (L13)", () => {
  test.each(FAILURE_CODES)("%s", async (code) => {
    const response = refusalResponse(refuse(code, "says why"));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.status).toBe(RENDERINGS[code].status);
    expect(await response.json()).toEqual({
      errors: [
        expect.objectContaining({
          category: RENDERINGS[code].category,
          code: RENDERINGS[code].code,
          detail: expect.stringMatching(/./),
        }),
      ],
    });
  });

  test("the SDK repeats exactly what may be repeated: 408, 429 and 5xx", () => {
    for (const code of FAILURE_CODES) {
      const { status } = RENDERINGS[code];
      expect([code, status === 429 || status >= 500]).toEqual([code, FAILURES[code].retryable]);
    }
  });

  test("several failures: the first decides the status, each has its field", async () => {
    const refusal = new Refusal(
      {
        code: "NOT_FOUND",
        message: "there is no such location",
        path: ["changes", 0, "adjustment", "location_id"],
        subject: { kind: "location", id: "NOWHERE" },
      },
      {
        code: "NOT_FOUND",
        message: "there is no such object",
        path: ["changes", 1, "adjustment", "catalog_object_id"],
        subject: { kind: "catalog object", id: "NOTHING" },
      },
    );
    const response = refusalResponse(refusal);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [
        {
          category: "INVALID_REQUEST_ERROR",
          code: "NOT_FOUND",
          detail: "This merchant does not have a location with the ID `NOWHERE`.",
          field: "changes[0].adjustment.location_id",
        },
        {
          category: "INVALID_REQUEST_ERROR",
          code: "NOT_FOUND",
          detail: "Object `NOTHING` not found.",
          field: "changes[1].adjustment.catalog_object_id",
        },
      ],
    });
  });

  test("what may be repeated says when", () => {
    const wait = (refusal: Refusal) => refusalResponse(refusal).headers.get("retry-after");
    expect(wait(refuse("RATE_LIMITED", "too many", { retryAfterSeconds: 7 }))).toBe("7");
    expect(wait(refuse("UNAVAILABLE", "starting"))).toBe("1");
    expect(wait(refuse("INVALID_VALUE", "no"))).toBeNull();
  });
});
