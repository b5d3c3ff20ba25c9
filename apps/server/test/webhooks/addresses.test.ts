import { describe, expect, test } from "vitest";
import { mayReach, objectionTo } from "../../src/webhooks/addresses.ts";

const PUBLIC = { allowLocal: false };
const LOCAL = { allowLocal: true };

describe("where a delivery may go", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "93.184.215.14",
    "100.63.255.255",
    "172.32.0.1",
    "2606:4700::1111",
  ])("%s is public", (address) => {
    expect(mayReach(address, PUBLIC)).toBe(true);
  });

  test.each([
    ["this network", "0.0.0.0"],
    ["private", "10.1.2.3"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["carriers'", "100.64.0.1"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.8.8.8"],
    ["link-local, of metadata services", "169.254.169.254"],
    ["of protocols", "192.0.0.192"],
    ["documentation", "203.0.113.9"],
    ["benchmarks", "198.19.255.255"],
    ["multicast", "239.1.1.1"],
    ["broadcast", "255.255.255.255"],
    ["unspecified", "::"],
    ["loopback", "::1"],
    ["IPv4-mapped private", "::ffff:10.0.0.1"],
    ["IPv4-mapped public", "::ffff:8.8.8.8"],
    ["IPv4-mapped loopback in hex", "::ffff:7f00:1"],
    ["IPv4-compatible", "::127.0.0.1"],
    ["NAT64", "64:ff9b::a9fe:a9fe"],
    ["local NAT64", "64:ff9b:1::1"],
    ["6to4 of a private one", "2002:a00:1::"],
    ["Teredo", "2001:0:4136:e378::1"],
    ["documentation", "2001:db8::1"],
    ["unique local, of metadata services", "fd00:ec2::254"],
    ["link-local", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["site-local", "fec0::1"],
    ["multicast", "ff02::1"],
    ["no address", "localhost"],
    ["no address", ""],
  ])("%s: %s is not", (_, address) => {
    expect(mayReach(address, PUBLIC)).toBe(false);
  });

  test("where local is permitted, this machine may be reached, and no other that is not public", () => {
    for (const address of ["127.0.0.1", "127.1.2.3", "::1"])
      expect(mayReach(address, LOCAL)).toBe(true);
    for (const address of [
      "10.0.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "::ffff:127.0.0.1",
      "fd00::1",
    ])
      expect(mayReach(address, LOCAL)).toBe(false);
  });
});

describe("what the address of a subscription says of itself", () => {
  test.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://localhost/",
    "https://admin.localhost/",
    // The same in the forms that a URL normalises.
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
  ])("%s is refused", (url) => {
    expect(objectionTo(url, PUBLIC)).toMatch(/public address/);
  });

  test("https, unless local is permitted", () => {
    expect(objectionTo("http://shop.example/", PUBLIC)).toMatch(/https/);
    expect(objectionTo("https://shop.example/", PUBLIC)).toBeUndefined();
    expect(objectionTo("http://127.0.0.1:8080/", LOCAL)).toBeUndefined();
    expect(objectionTo("http://localhost:8080/", LOCAL)).toBeUndefined();
    expect(objectionTo("http://10.0.0.1/", LOCAL)).toMatch(/public address/);
  });
});
