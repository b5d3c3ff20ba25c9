import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** What the registries of special addresses (RFC 6890 and its successors) keep from the public Internet. */
const NOT_PUBLIC_4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  // Link-local, and with it the metadata services of clouds.
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** All that is given out to networks. What wraps an IPv4 address (mapped, NAT64, 6to4, Teredo) could lead inside. */
const PUBLIC_6 = ["2000::/3"];
const NOT_PUBLIC_6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = ""] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

const notPublic4 = listOf(NOT_PUBLIC_4);
const public6 = listOf(PUBLIC_6);
const notPublic6 = listOf(NOT_PUBLIC_6);
const loopback = listOf(LOOPBACK);

export interface Reach {
  /** Plain http, and this machine itself: for development and tests. */
  readonly allowLocal: boolean;
}

/** Whether a delivery may be sent to this IP address. What is none may not. */
export function mayReach(address: string, { allowLocal }: Reach): boolean {
  const version = isIP(address);
  if (version === 4)
    return (allowLocal && loopback.check(address, "ipv4")) || !notPublic4.check(address, "ipv4");
  if (version !== 6) return false;
  if (allowLocal && isLoopback6(address)) return true;
  return public6.check(address, "ipv6") && !notPublic6.check(address, "ipv6");
}

/** Node's list takes an IPv4 address in IPv6's clothes for the IPv4 one; here each is what it says. */
const isLoopback6 = (address: string): boolean =>
  !address.includes(".") && !/ffff:/i.test(address) && loopback.check(address, "ipv6");

/** The host of a URL without the brackets of IPv6. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "");

/** Why nothing may be sent to this URL, as far as the URL itself can tell. */
export function objectionTo(notificationUrl: string, reach: Reach): string | undefined {
  const url = new URL(notificationUrl);
  if (url.protocol !== "https:" && !reach.allowLocal) return "must be an https address";
  const host = hostOf(url);
  const isLocal = host === "localhost" || host.endsWith(".localhost");
  if (isIP(host) !== 0 ? !mayReach(host, reach) : isLocal && !reach.allowLocal)
    return "must be a public address: this server sends nothing to private networks or to itself";
  return undefined;
}

/** The name leads to no address that may be reached. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
  readonly code = "ADDRESS_REFUSED";
  constructor() {
    super("the address is not a public one");
  }
}

type Resolve = (
  hostname: string,
  answer: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

const bySystem: Resolve = (hostname, answer) =>
  systemLookup(hostname, { all: true, verbatim: true }, answer);

/**
 * How a connection finds its address: the name is resolved once, what may not be reached is left out, and the
 * connection goes to what was looked at. A name that says one thing first and another later gains nothing by it.
 */
export function guardedLookup(reach: Reach, resolve: Resolve = bySystem): LookupFunction {
  return (hostname, options, done) =>
    resolve(hostname, (error, addresses) => {
      const permitted = error ? [] : addresses.filter(({ address }) => mayReach(address, reach));
      const [first] = permitted;
      if (first === undefined) {
        const why: NodeJS.ErrnoException = error ?? new AddressRefused();
        done(why, "");
      } else if (options.all === true) done(null, permitted);
      else done(null, first.address, first.family);
    });
}

export type { Resolve };
