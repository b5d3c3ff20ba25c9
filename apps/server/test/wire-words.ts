/** JSON as a request or an answer carries it. */
export type Json = Readonly<Record<string, unknown>>;

/**
 * The contracts' words in Square's and back, for tests that say one thing at both doors. It is written for them
 * alone, so that a slip in the door's own translation does not go unseen, and it passes on whatever is wrong
 * with a request.
 */
const MEMBERS: Readonly<Record<string, string>> = {
  PHYSICAL_COUNT: "physical_count",
  ADJUSTMENT: "adjustment",
  TRANSFER: "transfer",
};

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/_[a-z]/g, ([, letter = ""]) => letter.toUpperCase());
}

function renamed(fields: Json, rename: (name: string) => string): Json {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [rename(name), value]));
}

/** The member of a Square change that holds what a change of this type says. */
export function memberOf(change: unknown): string {
  const type = isObject(change) ? change["type"] : undefined;
  return (typeof type === "string" ? MEMBERS[type] : undefined) ?? "adjustment";
}

function wireChange(change: unknown): unknown {
  if (!isObject(change)) return change;
  const { type, ...said } = change;
  return { type, [memberOf(change)]: renamed(said, snake) };
}

/** The body of changes/batch-create that says what this `changes.create` says. */
export function wireBatch(batch: unknown): unknown {
  if (!isObject(batch)) return batch;
  const { changes } = batch;
  const wired = Array.isArray(changes) ? { changes: changes.map(wireChange) } : {};
  return renamed({ ...batch, ...wired }, snake);
}

/** A change or a count that Square's door answered, in the contracts' words. */
export function fromWire(answered: unknown): Json {
  if (!isObject(answered)) throw new Error(`no object: ${JSON.stringify(answered)}`);
  const said = answered[memberOf(answered)];
  const { source, ...fields } = isObject(said) ? said : answered;
  const type = isObject(said) ? { type: answered["type"] } : {};
  return {
    ...type,
    ...renamed(fields, camel),
    ...(isObject(source) ? { source: sourceOf(source) } : {}),
  };
}

/** Square's says which product it was; the contracts know one only. */
function sourceOf(source: Json): Json {
  return renamed(without(source, ["product"]), camel);
}

export function without(fields: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
