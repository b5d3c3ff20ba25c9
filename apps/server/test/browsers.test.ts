import { describe, expect, test } from "vitest";
import { openLimited } from "./open-limited.ts";

const TILL = "https://till.example.com";
const PATHS = ["/trpc/locations.list", "/v2/locations"];
const EVERYWHERE = [
  ...PATHS,
  "/livez",
  "/readyz",
  "/metrics",
  "/nothing",
  "/v2/nothing",
  "/trpc/no.such",
];

const preflight = (origin: string) => ({
  token: null,
  headers: {
    Origin: origin,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
  },
});

test("every answer, refusals and faults included, says that it is no page", async () => {
  const { ask, ledger } = await openLimited();
  const everywhere = async () => {
    for (const path of EVERYWHERE) {
      const { headers } = await ask(`GET ${path}`);
      expect([path, Object.fromEntries(headers)]).toMatchObject([
        path,
        {
          "cache-control": "no-store",
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
        },
      ]);
      for (const name of ["server", "x-powered-by", "set-cookie"])
        expect(headers.has(name)).toBe(false);
    }
  };
  await everywhere();
  await ledger.close();
  await everywhere();
});

describe("other origins' pages", () => {
  test("are let in nowhere unless they are named", async () => {
    const { ask } = await openLimited();
    for (const path of EVERYWHERE) {
      const asked = await ask(`GET ${path}`, { headers: { Origin: TILL } });
      expect(asked.headers.get("access-control-allow-origin")).toBeNull();
      const preflighted = await ask(`OPTIONS ${path}`, preflight(TILL));
      expect(preflighted.headers.get("access-control-allow-origin")).toBeNull();
      expect(preflighted.status).toBeGreaterThanOrEqual(400);
    }
  });

  test("those that are named may ask, with a token of their own and no cookie", async () => {
    const { ask } = await openLimited({ app: { corsOrigins: [TILL] } });
    for (const path of PATHS) {
      const allowed = await ask(`OPTIONS ${path}`, preflight(TILL));
      expect(allowed.status).toBe(204);
      expect(Object.fromEntries(allowed.headers)).toMatchObject({
        "access-control-allow-origin": TILL,
        "access-control-allow-headers": expect.stringContaining("Authorization"),
        vary: expect.stringContaining("Origin"),
      });
      expect(allowed.headers.has("access-control-allow-credentials")).toBe(false);
      const asked = await ask(`GET ${path}`, { headers: { Origin: TILL } });
      expect(asked.headers.get("access-control-allow-origin")).toBe(TILL);
      expect(asked.headers.get("access-control-expose-headers")).toContain("Retry-After");
      const refused = await ask(`GET ${path}`, { headers: { Origin: TILL }, token: null });
      expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
        401,
        TILL,
      ]);
    }
  });

  test.each(["https://evil.example", "null", `${TILL}.evil.example`, "http://till.example.com"])(
    "%s is another one",
    async (origin) => {
      const { ask } = await openLimited({ app: { corsOrigins: [TILL] } });
      const asked = await ask("GET /v2/locations", { headers: { Origin: origin } });
      expect(asked.headers.get("access-control-allow-origin")).toBeNull();
      const preflighted = await ask("OPTIONS /v2/locations", preflight(origin));
      expect(preflighted.headers.get("access-control-allow-origin")).toBeNull();
    },
  );
});
