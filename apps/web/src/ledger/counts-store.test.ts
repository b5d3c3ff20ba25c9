import { describe, expect, test } from "vitest";
import { CountsStore, type Key, type ToldCount } from "./counts-store.ts";

const TEA: Key = { catalogObjectId: "TEA", locationId: "MAIN", state: "IN_STOCK" };
const told = (quantity: string, second: number, key: Key = TEA): ToldCount => ({
  ...key,
  quantity,
  calculatedAt: `2026-11-22T10:00:0${second}Z`,
});

function open(...pages: ToldCount[][]) {
  return new CountsStore(async function* load() {
    yield* pages;
  });
}

const soon = async () => new Promise((resolve) => setTimeout(resolve));

describe("what comes from two sides", () => {
  test("an older count never takes the place of a newer one", () => {
    const store = open();
    store.tell([told("7", 5)]);
    store.tell([told("9", 3)]);
    expect(store.shown(TEA).quantity).toBe("7");
  });

  test("a fraction of a second is newer than the second without it", () => {
    const store = open();
    store.tell([{ ...told("7", 5), calculatedAt: "2026-11-22T10:00:05.1Z" }]);
    store.tell([told("9", 5)]);
    expect(store.shown(TEA).quantity).toBe("7");
  });

  test("what nothing ever moved is not 0", async () => {
    const store = open([]);
    store.want(["TEA"]);
    await soon();
    expect([store.knows("TEA"), store.shown(TEA).quantity]).toEqual([true, undefined]);
  });
});

describe("a change under way", () => {
  test("shows at once, and stands as the ledger answered", () => {
    const store = open();
    store.tell([told("10", 1)]);
    const change = store.expect([{ ...TEA, kind: "add", quantity: "-2.5" }]);
    expect(store.shown(TEA)).toEqual({ quantity: "7.5", isExpected: true });
    change.settle([told("6.5", 3)]);
    expect(store.shown(TEA)).toEqual({ quantity: "6.5", isExpected: false });
  });

  test("is not counted twice when the feed is quicker than the answer", () => {
    const store = open();
    store.tell([told("10", 1)]);
    const change = store.expect([{ ...TEA, kind: "add", quantity: "-2" }]);
    store.tell([told("8", 2)]);
    expect(store.shown(TEA).quantity).toBe("8");
    change.settle([told("8", 2)]);
    expect(store.shown(TEA)).toEqual({ quantity: "8", isExpected: false });
  });

  test("that is refused leaves what others did meanwhile", () => {
    const store = open();
    store.tell([told("10", 1)]);
    const change = store.expect([{ ...TEA, kind: "set", quantity: "3" }]);
    store.tell([told("9", 2)]);
    expect(store.shown(TEA).quantity).toBe("3");
    change.withdraw();
    expect(store.shown(TEA)).toEqual({ quantity: "9", isExpected: false });
  });

  test("of two on one key, each is taken back by itself", () => {
    const store = open();
    store.tell([told("10", 1)]);
    const first = store.expect([{ ...TEA, kind: "add", quantity: "5" }]);
    const second = store.expect([{ ...TEA, kind: "add", quantity: "1" }]);
    first.withdraw();
    expect(store.shown(TEA).quantity).toBe("11");
    second.settle([told("11", 2)]);
    expect(store.shown(TEA)).toEqual({ quantity: "11", isExpected: false });
  });
});

describe("reading", () => {
  test("each object once, however often it is wanted", async () => {
    const asked: string[][] = [];
    const store = new CountsStore(async function* load(ids) {
      asked.push([...ids]);
      yield [told("4", 1)];
    });
    store.want(["TEA", "RICE"]);
    store.want(["TEA"]);
    await soon();
    store.want(["TEA", "RICE"]);
    expect(asked).toEqual([["TEA", "RICE"]]);
    expect(store.shown(TEA).quantity).toBe("4");
  });

  test("a refused question is asked again on demand", async () => {
    let refuse = true;
    const store = new CountsStore(async function* load() {
      if (refuse) throw new Error("refused");
      yield [told("4", 1)];
    });
    store.want(["TEA"]);
    await soon();
    refuse = false;
    store.retry();
    await soon();
    expect([store.knows("TEA"), store.shown(TEA).quantity, store.error]).toEqual([
      true,
      "4",
      undefined,
    ]);
  });

  test("a refused question is asked again when it is wanted again", async () => {
    let refuse = true;
    const store = new CountsStore(async function* load() {
      if (refuse) throw new Error("refused");
      yield [told("4", 1)];
    });
    store.want(["TEA"]);
    await soon();
    expect([store.knows("TEA"), store.error]).toEqual([false, new Error("refused")]);
    refuse = false;
    store.want(["TEA"]);
    await soon();
    expect([store.knows("TEA"), store.error]).toEqual([true, undefined]);
  });

  test("tells those who watch one object of that object only", () => {
    const store = open();
    const heard: string[] = [];
    store.subscribe(() => heard.push("TEA"), "TEA");
    store.subscribe(() => heard.push("RICE"), "RICE");
    store.tell([told("1", 1)]);
    expect(heard).toEqual(["TEA"]);
  });
});
