import { WebhooksHelper } from "square";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { type Attempt, attemptHeaders } from "./headers.ts";
import { signatureOfSquare } from "./signatures.ts";

const key = Buffer.alloc(32, 7).toString("base64");
const oldKey = Buffer.alloc(32, 8).toString("base64");
const attempt: Attempt = {
  id: "df5f3813-a913-45a1-94e9-fdc3f7d5e3b6",
  body: '{"hello":"wörld"}',
  notificationUrl: "https://shop.example/hooks?from=bincard",
  signatureKeys: [key],
  now: Date.now(),
  firstAttemptAt: "2026-11-22T09:30:00Z",
};

describe("signatures", () => {
  test.each([
    [
      "asdf1234",
      "https://example.com/webhook",
      '{"hello":"world"}',
      "2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=",
    ],
    [
      "signature-key",
      "https://webhook.site/webhooks",
      '{"data":{"type":"webhooks","id":"fake_id"}}',
      "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=",
    ],
    [
      "signature-key",
      "https://webhook.site/webhooks",
      '{"data":{"type":"webhooks","id":">id<"}}',
      "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
    ],
  ])("Square's own vectors: %s %s", (signatureKey, notificationUrl, body, signature) => {
    expect(signatureOfSquare({ notificationUrl, body }, signatureKey)).toBe(signature);
  });

  test("Square's helper and the standardwebhooks package both accept them, and nothing altered", async () => {
    const headers = attemptHeaders(attempt);
    const square = (requestBody: string, signatureKey = key) =>
      WebhooksHelper.verifySignature({
        requestBody,
        signatureHeader: headers["x-square-hmacsha256-signature"] ?? "",
        signatureKey,
        notificationUrl: attempt.notificationUrl,
      });
    expect(await square(attempt.body)).toBe(true);
    expect(await square(`${attempt.body} `)).toBe(false);
    expect(await square(attempt.body, oldKey)).toBe(false);
    const standard = (secret: string) => new Webhook(`whsec_${secret}`);
    expect(standard(key).verify(attempt.body, headers)).toEqual({ hello: "wörld" });
    expect(() => standard(key).verify(`${attempt.body} `, headers)).toThrow(/signature/i);
    expect(() => standard(oldKey).verify(attempt.body, headers)).toThrow(/signature/i);
  });

  test("after a rotation both keys open Standard Webhooks' header, and the newest opens Square's", () => {
    const headers = attemptHeaders({ ...attempt, signatureKeys: [key, oldKey] });
    for (const secret of [key, oldKey])
      expect(new Webhook(`whsec_${secret}`).verify(attempt.body, headers)).toBeTruthy();
    const squares = (of: Attempt) => attemptHeaders(of)["x-square-hmacsha256-signature"];
    expect(squares({ ...attempt, signatureKeys: [key, oldKey] })).toBe(squares(attempt));
  });

  test("a signature that is too old or too new is refused by the standardwebhooks package", () => {
    for (const off of [-600_000, 600_000]) {
      const headers = attemptHeaders({ ...attempt, now: Date.now() + off });
      expect(() => new Webhook(`whsec_${key}`).verify(attempt.body, headers)).toThrow(/timestamp/i);
    }
  });
});

test("a first attempt names no retry; a later one its number and why", () => {
  expect(Object.keys(attemptHeaders(attempt))).not.toContain("square-retry-number");
  const retry = { number: 3, because: "http_timeout" } as const;
  expect(attemptHeaders({ ...attempt, retry, position: 12 })).toMatchObject({
    "square-initial-delivery-timestamp": "2026-11-22T09:30:00Z",
    "square-retry-number": "3",
    "square-retry-reason": "http_timeout",
    "square-environment": "Production",
    "webhook-id": attempt.id,
    "bincard-position": "12",
  });
});
