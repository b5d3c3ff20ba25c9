import { type ChangeInput, formatQuantity, LIMITS, parseQuantity } from "@bincard/contracts";
import type { ChangeRule, ImportMap, ItemRule, PlaceRule, TimeRule } from "./map.ts";
import { faultsOf } from "./refusable.ts";
import { type Cells, compileTemplate, type Fill, TemplateFault } from "./template.ts";
import { compileTimes } from "./times.ts";
import { compileWhen } from "./when.ts";

/** An item or a location as the file names it. */
export interface Ref {
  readonly by: "id" | "name" | "sku";
  readonly text: string;
  /** What to call it if it has to be made; `undefined` when it must be there. */
  readonly create: string | undefined;
}
/** One text for one thing. */
export const refKey = ({ by, text }: Ref): string => `${by}:${text}`;

/** A change of which everything is known but the ids. */
export interface Planned {
  readonly item: Ref;
  readonly at: Ref;
  /** Where a move goes. */
  readonly to: Ref | undefined;
  /** Completes it. */
  readonly change: (ids: { item: string; at: string; to: string }) => ChangeInput;
  readonly occurredAt: string;
  /** What it takes out of stock as sold, as decimal text. */
  readonly sold: string | undefined;
}
export type Outcome =
  | { readonly kind: "changes"; readonly changes: readonly Planned[] }
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "skipped" };

/** Turns a row into what becomes of it. Pure: the same row, the same outcome. */
export type Plan = (cells: Cells) => Outcome;

/** Why a row cannot be taken. */
class RowFault extends Error {}

/**
 * Compiles a map for a file with these columns.
 * @throws MapFault that names the place in the map.
 */
export function compilePlan(map: ImportMap, columns: readonly string[]): Plan {
  const shared = {
    item: at("item", () => compileItem(map.item, columns)),
    location: at("location", () => compilePlace(map.location, columns)),
    time: at("time", () => compileTime(map.time, columns)),
  };
  const rules = map.changes.map((rule, index) =>
    at(`changes[${index}]`, () => compileRule(rule, columns, shared)),
  );
  const idle: Outcome =
    map.otherwise === "skip"
      ? { kind: "skipped" }
      : { kind: "rejected", reason: "no rule of the map takes this row" };
  return (cells) => {
    try {
      const changes = rules.flatMap((rule) => (rule.holds(cells) ? [rule.plan(cells)] : []));
      return changes.length === 0 ? idle : { kind: "changes", changes };
    } catch (error) {
      if (error instanceof RowFault) return { kind: "rejected", reason: error.message };
      throw error;
    }
  };
}

/** A fault of the map that shows only against the file's columns. */
export class MapFault extends Error {
  override readonly name = "MapFault";
}

function at<Compiled>(place: string, compile: () => Compiled): Compiled {
  try {
    return compile();
  } catch (error) {
    const known =
      error instanceof TemplateFault || error instanceof RangeError || error instanceof SyntaxError;
    throw known ? new MapFault(`${place}: ${error.message}`) : error;
  }
}

type Shared = {
  readonly item: (cells: Cells) => Ref;
  readonly location: (cells: Cells) => Ref;
  readonly time: (cells: Cells) => string;
};

function compileRule(rule: ChangeRule, columns: readonly string[], shared: Shared) {
  const location =
    rule.location === undefined ? shared.location : compilePlace(rule.location, columns);
  const to = rule.kind === "move" ? compilePlace(rule.to, columns) : () => undefined;
  const time = rule.time === undefined ? shared.time : compileTime(rule.time, columns);
  const quantity = compileQuantity(rule.quantity, columns);
  const reference = compileOptional(rule.reference, columns);
  const employee = compileOptional(rule.employee, columns);
  const plan = (cells: Cells): Planned => {
    const referenceId = readable(reference(cells), "the reference");
    const employeeId = readable(employee(cells), "the employee");
    const said = {
      quantity: quantity(cells),
      occurredAt: time(cells),
      ...(referenceId !== "" && { referenceId }),
      ...(employeeId !== "" && { employeeId }),
    };
    const change: Planned["change"] = (ids) => formOf(rule, said, ids);
    const faults = faultsOf(change({ item: "-", at: "-", to: "--" }));
    if (faults !== undefined) throw new RowFault(faults);
    return {
      item: shared.item(cells),
      at: location(cells),
      to: to(cells),
      change,
      occurredAt: said.occurredAt,
      sold: rule.kind === "sell" ? said.quantity : undefined,
    };
  };
  return { holds: compileWhen(rule.when, columns), plan };
}

type Said = Pick<ChangeInput, "occurredAt" | "referenceId" | "employeeId"> & { quantity: string };

function formOf(
  rule: ChangeRule,
  said: Said,
  ids: { item: string; at: string; to: string },
): ChangeInput {
  const catalogObjectId = ids.item;
  const adjustment = { type: "ADJUSTMENT", catalogObjectId, locationId: ids.at, ...said } as const;
  switch (rule.kind) {
    case "receive":
      return { ...adjustment, fromState: rule.from, toState: "IN_STOCK" };
    case "sell":
      return { ...adjustment, fromState: "IN_STOCK", toState: "SOLD" };
    case "waste":
      return { ...adjustment, fromState: rule.from, toState: "WASTE" };
    case "adjust":
      return { ...adjustment, fromState: rule.fromState, toState: rule.toState };
    case "count": {
      const { state } = rule;
      return { type: "PHYSICAL_COUNT", catalogObjectId, locationId: ids.at, state, ...said };
    }
    case "move":
      return {
        type: "TRANSFER",
        catalogObjectId,
        fromLocationId: ids.at,
        toLocationId: ids.to,
        ...said,
      };
  }
}

function compileQuantity(rule: ChangeRule["quantity"], columns: readonly string[]): Fill {
  const fill = compileTemplate(typeof rule === "string" ? rule : rule.absolute, columns);
  if (typeof rule === "string") return (cells) => withoutComma(fill(cells));
  return (cells) => {
    const text = withoutComma(fill(cells));
    const scaled = parseQuantity(text);
    return scaled === undefined ? text : formatQuantity(scaled < 0n ? -scaled : scaled);
  };
}

/** Half of the world writes so, and nobody can tell which half a "1,234" is from. */
function withoutComma(text: string): string {
  if (!/^[-+]?[\d.\s]*,[\d.,\s]*$/.test(text)) return text;
  throw new RowFault(
    `the quantity "${text}" has a comma: decimals are written with a point, thousands with nothing`,
  );
}

function compileOptional(rule: string | undefined, columns: readonly string[]): Fill {
  return rule === undefined ? () => "" : compileTemplate(rule, columns);
}

function compileTime(rule: TimeRule, columns: readonly string[]): (cells: Cells) => string {
  const fill = compileTemplate(rule.from, columns);
  const read = compileTimes(rule);
  return (cells) => {
    const answer = read(needed(fill(cells), "the time"));
    if ("fault" in answer) throw new RowFault(answer.fault);
    return answer.time;
  };
}

function compileItem(rule: ItemRule, columns: readonly string[]): (cells: Cells) => Ref {
  if ("id" in rule) {
    const fill = compileTemplate(rule.id, columns);
    return (cells) => ({ by: "id", text: needed(fill(cells), "the item"), create: undefined });
  }
  const fill = compileTemplate(rule.sku, columns);
  const name = compileOptional(rule.name, columns);
  return (cells) => {
    const text = needed(fill(cells), "the SKU");
    if (text.length > LIMITS.nameCharacters)
      throw new RowFault(`the SKU has more than ${LIMITS.nameCharacters} characters`);
    if (!rule.create) return { by: "sku", text, create: undefined };
    return { by: "sku", text, create: readable(name(cells), "the item's name") || text };
  };
}

function compilePlace(rule: PlaceRule, columns: readonly string[]): (cells: Cells) => Ref {
  if ("id" in rule) {
    const fill = compileTemplate(rule.id, columns);
    return (cells) => ({ by: "id", text: needed(fill(cells), "the location"), create: undefined });
  }
  const fill = compileTemplate(rule.name, columns);
  return (cells) => {
    const text = needed(fill(cells), "the location");
    return { by: "name", text, create: rule.create ? text : undefined };
  };
}

function needed(text: string, what: string): string {
  if (text === "") throw new RowFault(`${what} is empty`);
  return readable(text, what);
}

/** What bytes of another encoding become: their letters are lost, and nothing of it may be stored. */
const UNREADABLE = /[\uFFFD\p{Surrogate}]/u;

function readable(text: string, what: string): string {
  if (UNREADABLE.test(text))
    throw new RowFault(`${what} is not in the encoding of the map: see csv.encoding`);
  return text;
}
