import { describe, expect, test } from "vitest";
import {
  beginSheet,
  type CountSheet,
  LINES_PER_BATCH,
  noneOf,
  postedOf,
  requestOf,
  said,
  scanned,
  uncounted,
  unsaid,
} from "./count-sheet.ts";
import { type Listed, OpenSheet, wholeOf } from "./open-sheet.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 9, minute));
const PLAN = {
  locationId: "SHOP",
  isBlind: true,
  planned: ["TEA", "RICE", "OIL"],
  referenceId: "",
};
const plain = (planned = PLAN.planned) => beginSheet({ ...PLAN, planned }, at(0));
const opened = (sheet: CountSheet) => new OpenSheet(wholeOf(sheet));
const listed = (sheet: OpenSheet, list: Listed) =>
  Array.from({ length: sheet.sizeOf(list) }, (_, index) => sheet.idAt(list, index));

/** What a long plain sheet says, worked out from all of it. */
function fromAll({ planned, lines }: CountSheet, found: readonly string[]) {
  const beside = found.filter((id) => lines[id] !== undefined && !planned.includes(id));
  const all = [...planned, ...beside];
  return {
    all,
    open: planned.filter((id) => lines[id] === undefined),
    counted: all.filter((id) => lines[id] !== undefined),
  };
}

describe("an open sheet", () => {
  test("says after each change what is worked out from all of it", () => {
    const planned = Array.from({ length: 30 }, (_, place) => `P${place}`);
    const found = ["F0", "F1", "F2"];
    let model = plain(planned);
    const sheet = opened(model);
    const change = (ids: readonly string[], how: (sheet: CountSheet) => CountSheet) => {
      model = how(model);
      sheet.change(ids, how);
    };
    for (const id of found) change([id], (now) => scanned(now, id, at(1)));
    for (let time = 0; time < 600; time += 1) {
      const id = [...planned, ...found][(time * 17) % 33] ?? "";
      const kind = (time * 7) % 5;
      if (kind < 2) change([id], (now) => scanned(now, id, at(time % 60)));
      else if (kind === 2) change([id], (now) => unsaid(now, id));
      else change([id], (now) => said(now, { id, quantity: String(time) }, at(time % 60)));
      const expected = fromAll(model, found);
      expect(listed(sheet, "all")).toEqual(expected.all);
      expect(listed(sheet, "open")).toEqual(expected.open);
      expect(listed(sheet, "counted")).toEqual(expected.counted);
      expect([sheet.size, sheet.left, sheet.counted]).toEqual(
        [expected.all, expected.open, expected.counted].map(({ length }) => length),
      );
      expect(Object.fromEntries(sheet.lines())).toEqual(model.lines);
      expect(sheet.head.last).toBe(model.last);
      for (const [index, each] of expected.counted.entries())
        expect(sheet.indexOf("counted", each)).toBe(index);
    }
  });

  test("tells a change nothing but the lines it is about", () => {
    const sheet = opened(scanned(scanned(plain(), "TEA", at(1)), "RICE", at(2)));
    let told: CountSheet | undefined;
    sheet.change(["RICE"], (part) => (told = scanned(part, "RICE", at(3))));
    expect(told?.planned).toEqual(["RICE"]);
    expect(Object.keys(told?.lines ?? {})).toEqual(["RICE"]);
    expect(sheet.line("TEA")?.quantity).toBe("1");
    expect(sheet.line("RICE")?.quantity).toBe("2");
  });

  test("draws anew the line that was counted, and the one that was last; no other", () => {
    const sheet = opened(scanned(plain(), "TEA", at(1)));
    const drawn: string[] = [];
    for (const id of PLAN.planned) sheet.subscribeTo(id, () => drawn.push(id));
    const unchanged = sheet.line("TEA");
    sheet.change(["RICE"], (part) => scanned(part, "RICE", at(2)));
    expect(drawn.toSorted()).toEqual(["RICE", "TEA"]);
    expect(sheet.line("TEA")).toBe(unchanged);
    drawn.length = 0;
    sheet.change(["RICE"], (part) => scanned(part, "RICE", at(3)));
    expect(drawn).toEqual(["RICE"]);
  });

  test("says nothing when it is told what it says already", () => {
    const sheet = opened(scanned(plain(), "TEA", at(1)));
    let heard = 0;
    sheet.subscribe(() => (heard += 1));
    const same = { quantity: "1", at: at(1).toISOString() };
    sheet.take({ head: { ...sheet.head }, lines: new Map([["TEA", same]]), posted: [] });
    expect(heard).toBe(0);
    sheet.take({ head: { ...sheet.head, posted: 1 }, lines: new Map(), posted: [] });
    expect(heard).toBe(1);
  });

  test("draws a list anew only when a line joins or leaves it", () => {
    const sheet = opened(plain());
    const shapes = () => (["all", "open", "counted"] as const).map((list) => sheet.shapeOf(list));
    const before = shapes();
    sheet.change(["TEA"], (part) => scanned(part, "TEA", at(1)));
    expect(shapes().map((shape, list) => shape !== before[list])).toEqual([false, true, true]);
    const counted = shapes();
    sheet.change(["TEA"], (part) => scanned(part, "TEA", at(2)));
    expect(shapes()).toEqual(counted);
  });
});

describe("an open sheet that is posted", () => {
  const planned = Array.from({ length: 1_500 }, (_, place) => `P${String(place).padStart(4, "0")}`);
  const none = (part: CountSheet) => noneOf(part, uncounted(part), at(5));

  test("goes from its top, a batch at a time, each line in exactly one", () => {
    const sheet = opened(plain([...planned, "NOT-FOUND"]));
    sheet.change(planned, none);
    const sent: string[] = [];
    while (sheet.counted > 0) {
      const request = requestOf(sheet.firstBatch(), `key-${sent.length}`);
      expect(request.changes.length).toBeLessThanOrEqual(LINES_PER_BATCH);
      const ids = request.changes.map(({ catalogObjectId }) => catalogObjectId);
      sent.push(...ids);
      sheet.change([], (part) => ({ ...part, sent: request }));
      expect(sheet.head.sent?.idempotencyKey).toBe(request.idempotencyKey);
      sheet.change(ids, (part) => postedOf(part, request));
      expect(sheet.head.sent).toBeUndefined();
    }
    expect(sent).toEqual(planned);
    expect(sheet.head.posted).toBe(1_500);
    expect(listed(sheet, "all")).toEqual(["NOT-FOUND"]);
  });

  test("keeps what was counted anew meanwhile, and what is found again later", () => {
    const sheet = opened(plain(["TEA", "RICE"]));
    sheet.change(["TEA", "RICE"], none);
    const request = requestOf(sheet.firstBatch(), "key");
    sheet.change(["TEA"], (part) => said(part, { id: "TEA", quantity: "9" }, at(6)));
    sheet.change(["TEA", "RICE"], (part) => postedOf(part, request));
    expect(listed(sheet, "all")).toEqual(["TEA"]);
    expect(sheet.line("TEA")?.quantity).toBe("9");
    expect(sheet.head.posted).toBe(1);
    sheet.change(["RICE"], (part) => scanned(part, "RICE", at(7)));
    expect(listed(sheet, "counted")).toContain("RICE");
    sheet.change(["RICE"], (part) => unsaid(part, "RICE"));
    expect(listed(sheet, "all")).toEqual(["TEA"]);
    expect(sheet.left).toBe(0);
  });

  test("is the same whether another tab posted it or this one", () => {
    const [here, there] = [opened(plain(planned)), opened(plain(planned))];
    for (const sheet of [here, there]) sheet.change(planned, none);
    const request = requestOf(here.firstBatch(), "key");
    const ids = request.changes.map(({ catalogObjectId }) => catalogObjectId);
    here.change(ids, (part) => postedOf(part, request));
    there.take({
      head: { ...there.head, posted: ids.length },
      lines: new Map(ids.map((id) => [id, undefined])),
      posted: ids,
    });
    for (const list of ["all", "open", "counted"] as const)
      expect(listed(there, list)).toEqual(listed(here, list));
    expect(there.head.posted).toBe(here.head.posted);
  });
});
