import { once } from "node:events";
import { createServer, IncomingMessage, request } from "node:http";
import { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { addressOf, countedAs, NOWHERE, proxiesFrom } from "../src/client-address.ts";

/** What a server on 127.0.0.1 takes for the address of a request with this header. */
async function seen(forwardedFor: string | undefined, trusted?: readonly string[]) {
  const proxies = trusted === undefined ? undefined : proxiesFrom(trusted);
  const server = createServer((incoming, response) => response.end(addressOf(incoming, proxies)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const headers = forwardedFor === undefined ? {} : { "X-Forwarded-For": forwardedFor };
  const asked = request({ port, host: "127.0.0.1", headers, agent: false }).end();
  const [response] = await once(asked, "response");
  return (await response.toArray()).join("");
}

describe("X-Forwarded-For", () => {
  test("is nobody's word unless the peer is a proxy we trust", async () => {
    expect(await seen("203.0.113.9")).toBe("127.0.0.1");
    expect(await seen("203.0.113.9", ["10.0.0.0/8"])).toBe("127.0.0.1");
    expect(await seen("203.0.113.9", ["127.0.0.1"])).toBe("203.0.113.9");
    expect(await seen(undefined, ["127.0.0.1"])).toBe("127.0.0.1");
  });

  test("is read from its end: what a caller wrote in front of it does not count", async () => {
    const trusted = ["127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32"];
    expect(await seen("1.1.1.1, 203.0.113.9", trusted)).toBe("203.0.113.9");
    expect(await seen("1.1.1.1, 203.0.113.9, 10.1.2.3", trusted)).toBe("203.0.113.9");
    expect(await seen("203.0.113.9,2001:db8::7", trusted)).toBe("203.0.113.9");
    expect(await seen("1.1.1.1, nonsense, 10.1.2.3", trusted)).toBe("127.0.0.1");
    expect(await seen("10.1.2.3", trusted)).toBe("127.0.0.1");
    expect(await seen("", trusted)).toBe("127.0.0.1");
    expect(await seen("::ffff:203.0.113.9", trusted)).toBe("203.0.113.9");
  });
});

test("a connection that is gone has no address", () => {
  expect(addressOf(new IncomingMessage(new Socket()), undefined)).toBe(NOWHERE);
});

test.each(["10.0.0", "10.0.0.0/33", "10.0.0.0/x", "::1/129", "10.0.0.0/8/8", "proxy"])(
  "%s is neither an address nor a network",
  (entry) => {
    expect(() => proxiesFrom(["127.0.0.1", entry])).toThrow(`${entry} is neither`);
  },
);

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
  ["2001:db8::6", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  [NOWHERE, NOWHERE],
])("%s is counted as %s", (address, counted) => {
  expect(countedAs(address)).toBe(counted);
});
