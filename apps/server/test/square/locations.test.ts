import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, listAt, openWorld, textAt, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world.close());

const create = async (location: unknown) => world.ask("POST /v2/locations", { body: { location } });

describe("locations", () => {
  test("a merchant begins with one", async () => {
    const reply = await world.ask("GET /v2/locations");
    expect(reply.body).toEqual({
      locations: [
        {
          id: expect.any(String),
          name: "Main",
          status: "ACTIVE",
          merchant_id: world.merchantId,
          created_at: expect.stringMatching(/Z$/),
        },
      ],
    });
  });

  test("made, read, updated field by field", async () => {
    const location = {
      name: "Market hall",
      description: "Stall 7",
      timezone: "Europe/Rome",
      address: { locality: "Rome", postal_code: "00184" },
      currency: "EUR",
    };
    const made = await create({ ...location, id: "IGNORED", capabilities: [], mcc: null });
    expect(made.status).toBe(200);
    const id = textAt(made.body, "location", "id");
    const stored = { id, status: "ACTIVE", merchant_id: world.merchantId };
    expect(made.body).toEqual({
      location: { ...location, ...stored, created_at: expect.any(String) },
    });
    expect(id).not.toBe("IGNORED");
    expect((await world.ask(`GET /v2/locations/${id}`)).body).toEqual(made.body);

    const update = async (fields: object) =>
      world.ask(`PUT /v2/locations/${id}`, { body: { location: fields } });
    await update({ phone_number: "+39 06", status: "INACTIVE" });
    const now = await update({ description: "Stall 8" });
    expect(at(now.body, "location")).toMatchObject({
      ...location,
      description: "Stall 8",
      phone_number: "+39 06",
      status: "INACTIVE",
    });
  });

  test("updates that come at once all count, and need no more than the right to write", async () => {
    const made = await create({ name: "Busy", mcc: "5411" });
    const id = textAt(made.body, "location", "id");
    const token = await world.newToken(["MERCHANT_PROFILE_WRITE"]);
    const fields = {
      phone_number: "+39 06",
      website_url: "https://shop.example",
      business_email: "shop@shop.example",
      twitter_username: "shop",
      language_code: "it-IT",
      currency: "EUR",
    };
    const replies = await Promise.all(
      Object.entries(fields).map(async ([name, value]) => {
        const body = { location: { [name]: value } };
        return world.ask(`PUT /v2/locations/${id}`, { body, token });
      }),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    const now = await world.ask(`GET /v2/locations/${id}`);
    expect(at(now.body, "location")).toMatchObject({ name: "Busy", mcc: "5411", ...fields });
  });

  test("fields that would become too much are refused at the location", async () => {
    const lines = "x".repeat(9_000);
    const made = await create({ name: "Full", address: { lines } });
    const path = `/v2/locations/${textAt(made.body, "location", "id")}`;
    const refused = await world.ask(`PUT ${path}`, { body: { location: { tax_ids: { lines } } } });
    expect(at(refused.body, "errors", 0)).toMatchObject({
      code: "VALUE_TOO_LONG",
      field: "location",
    });
    expect((await world.ask(`GET ${path}`)).body).toEqual(made.body);
  });

  test("every location in one answer, oldest first", async () => {
    const before = listAt((await world.ask("GET /v2/locations")).body, "locations").length;
    await create({ name: "First of two" });
    await create({ name: "Second of two" });
    const names = listAt((await world.ask("GET /v2/locations")).body, "locations").map((location) =>
      at(location, "name"),
    );
    expect(names.slice(before)).toEqual(["First of two", "Second of two"]);
  });

  test("a name is taken once", async () => {
    await create({ name: "Twin" });
    const reply = await create({ name: "Twin" });
    expect(reply.status).toBe(409);
    expect(at(reply.body, "errors", 0)).toMatchObject({
      category: "INVALID_REQUEST_ERROR",
      code: "CONFLICT",
      field: "location.name",
    });
  });

  test("unknown: 404", async () => {
    const expected = {
      code: "NOT_FOUND",
      detail: "This merchant does not have a location with the ID `NOWHERE`.",
      field: "location_id",
    };
    const read = await world.ask("GET /v2/locations/NOWHERE");
    expect(read.status).toBe(404);
    expect(at(read.body, "errors", 0)).toMatchObject(expected);
    const body = { location: { mcc: "5411" } };
    const written = await world.ask("PUT /v2/locations/NOWHERE", { body });
    expect(at(written.body, "errors", 0)).toMatchObject(expected);
  });

  test.each([
    [{}, "MISSING_REQUIRED_PARAMETER", "location.name"],
    [{ name: "" }, "VALUE_TOO_SHORT", "location.name"],
    [{ name: 7 }, "EXPECTED_STRING", "location.name"],
    [{ name: "Z", timezone: "Mars/Olympus" }, "INVALID_VALUE", "location.timezone"],
    [{ name: "Z", status: "OPEN" }, "INVALID_ENUM_VALUE", "location.status"],
    [{ name: "Z", colour: "red" }, "UNKNOWN_BODY_PARAMETER", "location.colour"],
    ["Z", "EXPECTED_OBJECT", "location"],
    [null, "MISSING_REQUIRED_PARAMETER", "location"],
  ])("refused: %j", async (location, code, field) => {
    const reply = await create(location);
    expect(reply.status).toBe(400);
    expect(at(reply.body, "errors", 0)).toMatchObject({ code, field });
  });
});
