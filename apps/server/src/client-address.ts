import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Groups of an IPv6 address that a provider gives to one customer: the rest is theirs to vary. */
const CUSTOMER_GROUPS = 4;

/** Where requests come from, when there is no socket to say so. */
export const NOWHERE = "unknown";

/**
 * Proxies whose `X-Forwarded-For` is believed: addresses such as "10.0.0.7", and networks such as "10.0.0.0/8".
 * @throws RangeError that names the entry which is neither.
 */
export function proxiesFrom(entries: readonly string[]): BlockList {
  const proxies = new BlockList();
  for (const entry of entries) {
    const [address = "", bits, ...rest] = entry.split("/");
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? longest : Number(bits);
    const isNetwork = bits === undefined || /^\d{1,3}$/.test(bits);
    if (family === 0 || !isNetwork || prefix > longest || rest.length > 0) {
      throw new RangeError(`${entry} is neither an address nor a network`);
    }
    proxies.addSubnet(address, prefix, family === 6 ? "ipv6" : "ipv4");
  }
  return proxies;
}

/**
 * Whose request this is: the peer of the connection, or, when that is a proxy we trust, the last address of
 * `X-Forwarded-For` that is none. What stands before it was written by whoever asked, and proves nothing.
 */
export function addressOf(incoming: IncomingMessage, proxies: BlockList | undefined): string {
  const peer = plain(incoming.socket.remoteAddress ?? "");
  if (proxies === undefined || !isTrusted(peer, proxies)) return peer === "" ? NOWHERE : peer;
  const header = incoming.headers["x-forwarded-for"];
  const hops = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",");
  for (const hop of hops.toReversed()) {
    const address = plain(hop.trim());
    if (isIP(address) === 0) break;
    if (!isTrusted(address, proxies)) return address;
  }
  return peer;
}

/** What a limit counts by: an IPv4 address, or the network of an IPv6 customer. */
export function countedAs(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups.slice(0, CUSTOMER_GROUPS).join(":")}::/64`;
}

/** A socket that listens for both families writes IPv4 as "::ffff:10.0.0.7". */
function plain(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

function isTrusted(address: string, proxies: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && proxies.check(address, family === 6 ? "ipv6" : "ipv4");
}
