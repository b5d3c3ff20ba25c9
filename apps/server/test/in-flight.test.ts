import { expect, test } from "vitest";
import { InFlight, NO_IN_FLIGHT_LIMITS } from "../src/in-flight.ts";
import { openLimited } from "./open-limited.ts";
import { until } from "./until.ts";

const asking = { method: "POST", headers: { "Content-Type": "application/json" } };

/** A request whose body comes when it is told to. */
function slowBody() {
  let finish = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      finish = () => {
        controller.enqueue(new TextEncoder().encode("{}"));
        controller.close();
      };
    },
  });
  return { body, finish: () => finish() };
}

test("one merchant's requests fill its own share and nobody else's", async () => {
  const stage = await openLimited({ inFlight: { perMerchant: 3, total: 10 } });
  const { app, ask, newToken, newMerchant, reception, token } = stage;
  const open = () => {
    const { body, finish } = slowBody();
    const headers = { ...asking.headers, Authorization: `Bearer ${token}` };
    const init = { ...asking, headers, body, duplex: "half" } as const;
    const answer = app.fetch(new Request("http://bincard.test/trpc/counts.list", init));
    return { answer, finish };
  };
  const stuck = [open(), open(), open()];
  await until(() => reception.inFlight === 3);
  // Another token of the same merchant shares its fate; another merchant does not.
  const till = await newToken();
  for (const path of ["GET /v2/locations", "GET /trpc/locations.list"]) {
    const full = await ask(path, { token: till });
    expect([full.status, full.headers.get("retry-after")]).toEqual([429, "1"]);
  }
  const neighbour = await newToken(undefined, await newMerchant("Neighbour"));
  expect((await ask("GET /v2/locations", { token: neighbour })).status).toBe(200);
  for (const { finish } of stuck) finish();
  for (const { answer } of stuck) expect((await answer).status).toBe(200);
  expect(reception.inFlight).toBe(0);
  expect((await ask("GET /v2/locations", { token: till })).status).toBe(200);
});

test("a full server says so at once, with a time to come back", async () => {
  const stage = await openLimited({ inFlight: { perMerchant: 10, total: 1 } });
  const { app, ask, newToken, newMerchant, reception, token } = stage;
  const { body, finish } = slowBody();
  const headers = { ...asking.headers, Authorization: `Bearer ${token}` };
  const init = { ...asking, headers, body, duplex: "half" } as const;
  const stuck = app.fetch(new Request("http://bincard.test/trpc/counts.list", init));
  await until(() => reception.inFlight === 1);
  const neighbour = await newToken(undefined, await newMerchant("Neighbour"));
  const trpc = await ask("GET /trpc/locations.list", { token: neighbour });
  expect([trpc.status, trpc.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await trpc.json()).toHaveProperty("error.data.failures.0.code", "UNAVAILABLE");
  const square = await ask("GET /v2/locations", { token: neighbour });
  expect([square.status, square.headers.get("retry-after")]).toEqual([503, "1"]);
  finish();
  expect((await stuck).status).toBe(200);
  expect((await ask("GET /v2/locations", { token: neighbour })).status).toBe(200);
});

test("whatever becomes of a request, it leaves", async () => {
  const { app, ask, reception, token } = await openLimited({
    inFlight: { perMerchant: 2, total: 2 },
  });
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("the caller went away")),
  });
  const headers = { ...asking.headers, Authorization: `Bearer ${token}` };
  const init = { ...asking, headers, body: broken, duplex: "half" } as const;
  await app.fetch(new Request("http://bincard.test/trpc/changes.create", init));
  for (const asked of ["GET /v2/nothing", "POST /trpc/changes.create", "GET /trpc/%E0%A4%A"])
    await ask(asked);
  expect(reception.inFlight).toBe(0);
});

test("large work meets who has just come, until that one is answered", () => {
  const requests = new InFlight(NO_IN_FLIGHT_LIMITS);
  requests.enter("large");
  expect(requests.meetsNewcomer("large")).toBe(false);
  const till = requests.enter("till");
  expect(requests.meetsNewcomer("large")).toBe(true);
  // Who has large work itself holds nobody up.
  expect(requests.meetsNewcomer("till")).toBe(false);
  expect(requests.meetsNewcomer("large")).toBe(false);
  const shop = requests.enter("shop");
  expect(requests.meetsNewcomer("large")).toBe(true);
  requests.leave(till);
  requests.leave(shop);
  // The first is still there, and those behind it are gone.
  expect(requests.meetsNewcomer("large")).toBe(false);
  expect(requests.total).toBe(1);
});

test("a request has just come for a moment only", async () => {
  const requests = new InFlight(NO_IN_FLIGHT_LIMITS);
  const till = requests.enter("till");
  expect(requests.meetsNewcomer("large")).toBe(true);
  await expect.poll(() => requests.meetsNewcomer("large")).toBe(false);
  requests.leave(till);
  const shop = requests.enter("shop");
  expect(requests.meetsNewcomer("large")).toBe(true);
  requests.leave(shop);
  expect(requests.meetsNewcomer("large")).toBe(false);
});
