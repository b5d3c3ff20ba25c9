import { TRANSITIONS } from "@bincard/contracts";
import { at, isObject, type Json } from "./json.ts";
import { LOCATIONS } from "./words.ts";

type Fields = Readonly<Record<string, Json>>;

/**
 * What no schema says of a change: which states go together, and where. Left to chance, hardly any batch would be
 * recorded. `choice` picks among what is permitted; one in eight stays as chance made it.
 */
export function plausible(fields: Fields, choice: number): Fields {
  if (choice % 8 === 0) return fields;
  if ("fromState" in fields) return moved(fields, { choice, spelt: (name) => name });
  if ("from_state" in fields) return moved(fields, { choice, spelt: snake });
  if ("fromLocationId" in fields) return transferred(fields, (name) => name);
  if ("from_location_id" in fields) return transferred(fields, snake);
  if ("state" in fields && "quantity" in fields)
    return { ...fields, state: choice % 4 === 0 ? "WASTE" : "IN_STOCK" };
  if ("application" in fields && "scopes" in fields) return without(fields, "merchantId");
  if ("version" in fields && "name" in fields) return without(fields, "version");
  if ("item_data" in fields || "item_variation_data" in fields) return newObject(fields);
  return fields;
}

/** Nobody updates what is new, and the variations within an item are its own. */
function newObject(fields: Fields): Fields {
  const data = fields["item_data"] ?? null;
  const variations = at(data, "variations");
  if (!isObject(data) || !Array.isArray(variations)) return without(fields, "version");
  const own = variations.map((variation: Json) => {
    if (!isObject(variation)) return variation;
    const inside = variation["item_variation_data"];
    if (!isObject(inside)) return variation;
    return { ...variation, item_variation_data: without(inside, "item_id") };
  });
  return { ...without(fields, "version"), item_data: { ...data, variations: own } };
}

type Spelt = (name: string) => string;
const snake: Spelt = (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function moved(fields: Fields, { choice, spelt }: { choice: number; spelt: Spelt }): Fields {
  const transition = TRANSITIONS[choice % TRANSITIONS.length];
  if (transition === undefined) return fields;
  const places = ["locationId", "fromLocationId", "toLocationId"].map(spelt);
  const [one = "", from = "", to = ""] = places;
  const said = {
    ...without(fields, ...places),
    [spelt("fromState")]: transition.from,
    [spelt("toState")]: transition.to,
  };
  const [here, there] = LOCATIONS;
  return transition.locations === "one"
    ? { ...said, [one]: LOCATIONS[choice % LOCATIONS.length] ?? here }
    : { ...said, [from]: here, [to]: there };
}

function transferred(fields: Fields, spelt: Spelt): Fields {
  const [here, there] = LOCATIONS;
  const said = without(fields, "state");
  return { ...said, [spelt("fromLocationId")]: there, [spelt("toLocationId")]: here };
}

function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
