import { expect, test } from "vitest";
import { openDoors } from "./doors.ts";
import { JSON_BODY } from "./open-app.ts";

/** RFC 9110: an answer of 401 says how to say who one is. */
test.each([
  "POST /trpc/changes.create",
  "GET /trpc/counts.list",
  "GET /trpc/nothing.there",
  "POST /v2/inventory/changes/batch-create",
  "GET /v2/locations",
  "GET /v2/nothing/there",
  "GET /metrics",
])("%s without a token, or with a wrong one", async (asked) => {
  const doors = await openDoors();
  try {
    for (const token of [null, "bincard_nobody"]) {
      const { status, headers } = await doors.raw(asked, { token });
      expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    }
    expect((await doors.raw("GET /v2/locations")).headers.get("www-authenticate")).toBeNull();
    expect((await doors.raw("GET /v2/nothing/there")).headers.get("www-authenticate")).toBeNull();
    // What is answered without the web's requests says the same.
    const server = await doors.serve();
    const [method = "", path = ""] = asked.split(" ");
    const body = method === "POST" ? { body: "{}" } : {};
    const answer = await fetch(server.url + path, { method, headers: JSON_BODY, ...body });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    await server.close();
  } finally {
    await doors.close();
  }
});
