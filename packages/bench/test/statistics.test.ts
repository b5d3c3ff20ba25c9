import { describe, expect, it } from "vitest";
import { drive } from "../drive.ts";
import { readOptions } from "../options.ts";
import { median, quantile, spread } from "../statistics.ts";
import { ordersOf, type Work } from "../work.ts";

describe("statistics", () => {
  it("finds the middle of odd and even numbers of values, in any order", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBe(0);
  });

  it("finds quantiles, the last value included", () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    expect(quantile(values, 0.5)).toBe(50);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile(values, 1)).toBe(99);
  });

  it("gives the spread as a share of the median", () => {
    expect(spread([90, 100, 110])).toBeCloseTo(0.2);
    expect(spread([5])).toBe(0);
  });
});

describe("a closed loop", () => {
  it("counts what every client did, however their waits overlap", async () => {
    const seen: number[] = [];
    const driven = await drive({ clients: 8, seconds: 0.1 }, async (client) => {
      seen.push(client);
      await new Promise((wake) => setTimeout(wake, Math.random() * 5));
      return 10;
    });
    expect(driven.requests).toBe(seen.length);
    expect(driven.changes).toBe(seen.length * 10);
    expect(new Set(seen).size).toBe(8);
    expect(driven.p50).toBeGreaterThan(0);
    expect(driven.p99).toBeGreaterThanOrEqual(driven.p50);
  });

  it("fails when a request does", async () => {
    const failing = drive({ clients: 2, seconds: 1 }, async () => {
      throw new Error("refused");
    });
    await expect(failing).rejects.toThrow("refused");
  });
});

describe("orders", () => {
  const work = { size: 4, merchants: 3, clients: 9 };
  const draw = (keys: Work["keys"]) => {
    const next = ordersOf({ ...work, keys });
    return Array.from({ length: 5_000 }, (_, client) => next(client));
  };

  it("bind each client to one merchant and carry as many items as the batch has", () => {
    const orders = draw({ kind: "uniform", items: 10 });
    expect(orders.every(({ merchant }, client) => merchant === client % 3)).toBe(true);
    expect(orders.every(({ items }) => items.length === 4)).toBe(true);
    expect(new Set(orders.flatMap(({ items }) => items)).size).toBe(10);
  });

  it("follow Zipf's law: the first item twice as often as the second", () => {
    const drawn = draw({ kind: "zipf", items: 1_000 }).flatMap(({ items }) => items);
    const times = (item: string) => drawn.filter((one) => one === item).length;
    expect(times("item-0") / times("item-1")).toBeGreaterThan(1.7);
    expect(times("item-0") / times("item-1")).toBeLessThan(2.4);
  });

  it("stay on one item when that is asked", () => {
    const items = draw({ kind: "hot" }).flatMap((order) => order.items);
    expect(new Set(items)).toEqual(new Set(["item-0"]));
  });
});

describe("options", () => {
  it("write documents in a full run only, unless told", () => {
    expect(readOptions([])).toMatchObject({ write: true, large: false, seconds: 2, rounds: 3 });
    expect(readOptions(["--quick"])).toMatchObject({ write: false, large: false, seconds: 1 });
    expect(readOptions(["--quick", "--write"]).write).toBe(true);
    expect(readOptions(["--only", "batches,reads"])).toMatchObject({
      only: ["batches", "reads"],
      write: false,
    });
    expect(readOptions(["--large"]).large).toBe(true);
  });

  it("refuse what is no number and what does not exist", () => {
    expect(() => readOptions(["--seconds", "soon"])).toThrow("--seconds must be a number above 0");
    expect(() => readOptions(["--fast"])).toThrow("--fast");
  });
});
