import { createBincard, isBincardError } from "@bincard/client";
import { listen } from "@bincard/server";
import { expect, onTestFinished, test } from "vitest";
import { AT_ONCE, makeShelf, onHand, openStage, received } from "./stage.ts";

test("over a real connection, with the platform's fetch", async () => {
  const { app, token } = await openStage();
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  let open = true;
  onTestFinished(async () => {
    if (open) await server.close();
  });
  const bincard = createBincard({ url: `${server.url}/`, token, retry: AT_ONCE });
  const shelf = await makeShelf(bincard);
  await bincard.changes.create({ changes: [received(shelf, "2.5")] });
  expect(await onHand(bincard, shelf)).toBe("2.5");
  const ids = Array.from({ length: 1_000 }, (_, n) => `${"x".repeat(96)}${1_000 + n}`);
  expect(await bincard.counts.list({ catalogObjectIds: ids })).toEqual({ counts: [] });

  expect(await bincard.ledger.verify()).toMatchObject({ changes: 1, counts: 1, findings: [] });

  await server.close();
  open = false;
  const gone = await bincard.tokens.current().catch((error: unknown) => error);
  expect(isBincardError(gone, "NETWORK_FAULT") && gone.attempts).toBe(4);
});

test("an address where something else answers is named as that", async () => {
  const { app, token } = await openStage();
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  onTestFinished(server.close);
  const lost = createBincard({ url: `${server.url}/elsewhere`, token, retry: AT_ONCE });
  await expect(lost.tokens.current()).rejects.toMatchObject({
    code: "UNREADABLE_ANSWER",
    status: 404,
    attempts: 1,
  });
});

test("an address that no request could be sent to is refused at once", () => {
  for (const url of ["127.0.0.1:4100", "localhost:4100", "", "/api", "ftp://shop.test"])
    expect(() => createBincard({ url, token: "bincard_x" }), url).toThrow(/^url must be an http/);
  const broken = () => createBincard({ url: "https://shop.test", token: "bincard_x\n" });
  expect(broken).toThrow(TypeError);
  expect(broken).toThrow(/^token must be a token as it was made: (?!.*bincard_x)/);
});
