import { formatTime, parseTime } from "@bincard/contracts";
import { badMap, type ImportMap } from "./map.ts";
import { faultOfOpenings, type Opening, openingsOf, remember, type Shelf } from "./opening.ts";
import {
  compilePlan,
  MapFault,
  type Outcome,
  type Plan,
  type Planned,
  type Ref,
  refKey,
} from "./plan.ts";
import { openTable, type Row, type Source } from "./table.ts";

/** What a first reading of the whole file finds out, before anything is written. */
export interface Survey {
  readonly columns: readonly string[];
  readonly plan: Plan;
  readonly rows: number;
  readonly changes: number;
  readonly rejected: number;
  readonly items: ReadonlyMap<string, Ref>;
  readonly places: ReadonlyMap<string, Ref>;
  readonly openings: readonly Opening[];
  /** Ones that the file calls by more than one name: the first is taken. */
  readonly renamed: number;
  /** The earliest time of all, canonical; `undefined` when nothing is to be written. */
  readonly earliest: string | undefined;
}

/** What becomes of a row: a row whose fields do not match the heading is not guessed at. */
export function outcomeOf(plan: Plan, columns: readonly string[], row: Row): Outcome {
  if (row.fields.length === columns.length) return plan(row.cells);
  const reason = `has ${row.fields.length} fields where the heading has ${columns.length}`;
  return { kind: "rejected", reason };
}

export interface Surveying {
  readonly map: ImportMap;
  readonly mapName: string;
  /** Asked before each row; throws to stop. */
  readonly mayGoOn: () => void;
  /** Told of each row and what becomes of it, as far as the file alone tells. */
  readonly onRow?: (row: Row, outcome: Outcome) => void;
}

/** Reads the whole file and writes nothing. */
export async function survey(
  file: Source,
  { map, mapName, mayGoOn, onRow }: Surveying,
): Promise<Survey> {
  const { columns, rows } = await openTable(file, map);
  const plan = planFor(map, mapName, columns);
  const items = new Map<string, Ref>();
  const places = new Map<string, Ref>();
  const shelves = new Map<string, Shelf>();
  const renamed = new Set<string>();
  const sums = { rows: 0, changes: 0, rejected: 0 };
  const learn = (planned: Planned) => {
    sums.changes += 1;
    const key = refKey(planned.item);
    const known = items.get(key);
    if (known === undefined) items.set(key, planned.item);
    else if (known.create !== planned.item.create) renamed.add(key);
    for (const place of [planned.at, planned.to])
      if (place !== undefined) places.set(refKey(place), place);
    remember(shelves, planned);
  };
  for await (const row of rows) {
    mayGoOn();
    sums.rows += 1;
    const outcome = outcomeOf(plan, columns, row);
    if (outcome.kind === "rejected") sums.rejected += 1;
    if (outcome.kind === "changes") outcome.changes.forEach(learn);
    onRow?.(row, outcome);
  }
  const openings = map.opening === undefined ? [] : openingsOf(shelves, map.opening);
  const fault = map.opening && faultOfOpenings(openings, map.opening);
  if (fault !== undefined) throw badMap(mapName, `opening: ${fault}`);
  const times = [...shelves.values()].map(({ earliest }) => earliest);
  const openingTimes = openings.map(({ occurredAt }) => parseTime(occurredAt) ?? Infinity);
  const first = [...times, ...openingTimes].reduce((a, b) => Math.min(a, b), Infinity);
  const earliest = first === Infinity ? undefined : formatTime(first);
  return { columns, plan, ...sums, items, places, openings, renamed: renamed.size, earliest };
}

function planFor(map: ImportMap, mapName: string, columns: readonly string[]): Plan {
  try {
    return compilePlan(map, columns);
  } catch (error) {
    throw error instanceof MapFault ? badMap(mapName, error.message) : error;
  }
}
