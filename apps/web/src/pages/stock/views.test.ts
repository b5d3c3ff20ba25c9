import { expect, test } from "vitest";
import { dropView, keepView, type Keeping, readViews } from "./views.ts";

function storage(text?: string): Keeping {
  const kept = new Map(text === undefined ? [] : [["bincard.views.M", text]]);
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

test("views are kept by merchant and name", () => {
  const keeping = storage();
  keepView(keeping, "M", { name: "Low tea", search: { q: "tea", only: "low" } });
  keepView(keeping, "M", { name: "Waste", search: { show: "waste" } });
  keepView(keeping, "M", { name: "Low tea", search: { q: "tea" } });
  expect(readViews(keeping, "M")).toEqual([
    { name: "Waste", search: { show: "waste" } },
    { name: "Low tea", search: { q: "tea" } },
  ]);
  expect(readViews(keeping, "N")).toEqual([]);
  expect(dropView(keeping, "M", "Waste").map(({ name }) => name)).toEqual(["Low tea"]);
});

test.each(["{", "7", '[{"name":""},{"search":{}},null]'])("%s is no view, and no fault", (text) => {
  expect(readViews(storage(text), "M")).toEqual([]);
});

test("what a view says is read as carefully as a URL", () => {
  const text = '[{"name":"Odd","search":{"only":"everything","q":"tea"}}]';
  expect(readViews(storage(text), "M")).toEqual([{ name: "Odd", search: { q: "tea" } }]);
});
