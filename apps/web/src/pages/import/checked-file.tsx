import { negative, sum } from "@bincard/client/sum";
import type { Location } from "@bincard/contracts";
import { type Ref, refKey } from "@bincard/import";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Button } from "../../components/button.tsx";
import { atThePoint, placesOf, Quantity } from "../../components/quantity.tsx";
import { Failed, Loading } from "../../components/standing.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { bincard } from "../../ledger/client.ts";
import { fullName, type Variation } from "../../ledger/variation.ts";
import type { Checked } from "./check.ts";
import type { CsvSource } from "./csv-source.ts";
import { downloadJson } from "./download.ts";
import { foretold } from "./preview.ts";
import type { RejectedRows } from "./rejected-rows.ts";

const SHOWN = 100;
const IDS_PER_QUESTION = 1_000;

/** What the file would do: its rows in numbers, the ones it cannot take, and each count before and after. */
export function CheckedFile({
  checked,
  locations,
  source,
}: {
  readonly checked: Checked;
  readonly locations: readonly Location[];
  readonly source: CsvSource;
}) {
  const { survey, tally, rejected } = checked;
  return (
    <section aria-label="What it would do" className="space-y-5">
      <h2 className="text-base font-semibold">What it would do</h2>
      <dl className="flex flex-wrap gap-x-8 gap-y-3">
        <Fact label="Rows" value={survey.rows} />
        <Fact label="Changes" value={tally.changes} />
        <Fact label="Left out" value={tally.skipped} />
        <Fact label="Cannot be taken" value={rejected.count} />
        <Fact label="Items made" value={tally.created.items} />
        <Fact label="Locations made" value={tally.created.locations} />
      </dl>
      {rejected.count === 0 ? null : <NotTaken rejected={rejected} />}
      <Preview checked={checked} locations={locations} />
      <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
        <Button onClick={() => downloadJson(mapName(source), checked.mapText)}>
          Save these settings for the CLI
        </Button>
        <code className="font-mono text-xs break-all">
          bincard import csv {JSON.stringify(source.name)} --map {JSON.stringify(mapName(source))}
        </code>
      </div>
    </section>
  );
}

const mapName = ({ name }: CsvSource) => `${name.replace(/\.\w+$/, "")}.map.json`;

function Fact({ label, value }: { readonly label: string; readonly value: number }) {
  return (
    <div>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="text-lg font-semibold tabular-nums">{value.toLocaleString()}</dd>
    </div>
  );
}

function NotTaken({ rejected: { first, count } }: { readonly rejected: RejectedRows }) {
  return (
    <div className="overflow-hidden rounded-lg border border-danger">
      <table className="w-full text-sm">
        <caption className="bg-danger-soft px-4 py-2 text-left font-medium text-danger">
          {count.toLocaleString()} {count === 1 ? "row" : "rows"} cannot be taken; the others can
        </caption>
        <thead className="text-left text-xs text-muted">
          <tr>
            <th scope="col" className="w-20 px-4 py-2 font-medium">
              Line
            </th>
            <th scope="col" className="px-4 py-2 font-medium">
              Why
            </th>
          </tr>
        </thead>
        <tbody>
          {first.map(({ line, reason }) => (
            <tr key={line} className="border-t border-line bg-surface">
              <th scope="row" className="px-4 py-1.5 text-left font-normal tabular-nums">
                {line}
              </th>
              <td className="px-4 py-1.5">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > first.length ? <More rows={count - first.length} /> : null}
    </div>
  );
}

interface Foretold {
  readonly key: string;
  readonly item: string;
  readonly place: string;
  readonly state: string;
  readonly now: string;
  readonly after: string;
  readonly isNew: boolean;
}

function Preview({
  checked,
  locations,
}: {
  readonly checked: Checked;
  readonly locations: readonly Location[];
}) {
  const catalog = useCatalog();
  const ids = useMemo(() => idsOf(catalog.variations, locations), [catalog.variations, locations]);
  const wanted = useMemo(
    () => [...new Set(checked.differences.flatMap(({ item }) => ids.itemOf(item)?.id ?? []))],
    [checked, ids],
  );
  const held = useQuery({
    queryKey: ["held before an import", wanted],
    queryFn: async ({ signal }) => readHeld(wanted, signal),
    // What is shown as before must be so.
    staleTime: 0,
  });
  const rows = useMemo(
    () => (held.data === undefined ? [] : foretell(checked, ids, held.data)),
    [checked, ids, held.data],
  );
  if (held.error !== null) return <Failed error={held.error} onRetry={() => void held.refetch()} />;
  if (held.data === undefined) return <Loading what="Reading what is there" />;
  if (rows.length === 0) return null;
  const shown = rows.slice(0, SHOWN);
  const places = placesOf(shown.flatMap(({ now, after }) => [now, after]));
  return (
    <div>
      <div
        tabIndex={0}
        role="region"
        aria-label="Counts before and after"
        className="overflow-x-auto rounded-lg border border-line bg-surface"
      >
        <table className="w-full text-sm" style={atThePoint(places)}>
          <caption className="sr-only">
            Counts before and after, the largest difference first
          </caption>
          <thead className="bg-sunken text-left text-xs text-muted">
            <tr>
              <th scope="col" className="px-4 py-2 font-medium">
                Item
              </th>
              <th scope="col" className="px-4 py-2 font-medium">
                Location
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Now
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                After
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.key} className="border-t border-line">
                <th scope="row" className="px-4 py-1.5 text-left font-normal">
                  {row.item}
                  {row.isNew ? <span className="ml-2 text-xs text-accent">new</span> : null}
                  {row.state === "WASTE" ? (
                    <span className="ml-2 text-xs text-muted">waste</span>
                  ) : null}
                </th>
                <td className="px-4 py-1.5">{row.place}</td>
                <td className="px-4 py-1.5 text-right">
                  <Quantity value={row.now} />
                </td>
                <td className="px-4 py-1.5 text-right">
                  <Quantity value={row.after} />
                </td>
                <td className="px-4 py-1.5 text-right font-medium">
                  <Quantity value={sum(row.after, negative(row.now))} signed />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length > SHOWN ? <More rows={rows.length - SHOWN} /> : null}
      </div>
      <p className="mt-1.5 text-xs text-muted">
        As if the file came last. Where the ledger knows something newer, that stands.
      </p>
    </div>
  );
}

function More({ rows }: { readonly rows: number }) {
  return (
    <p className="border-t border-line bg-surface px-4 py-2 text-xs text-muted">
      and {rows.toLocaleString()} more
    </p>
  );
}

interface Ids {
  readonly itemOf: (ref: Ref) => Variation | undefined;
  readonly placeOf: (ref: Ref) => Location | undefined;
}

function idsOf(variations: readonly Variation[], locations: readonly Location[]): Ids {
  const items = new Map<string, Variation>();
  for (const variation of variations) {
    items.set(refKey({ by: "id", text: variation.id, create: undefined }), variation);
    if (variation.sku !== undefined)
      items.set(refKey({ by: "sku", text: variation.sku, create: undefined }), variation);
  }
  return {
    itemOf: (ref) => items.get(refKey(ref)),
    placeOf: ({ by, text }) => locations.find(({ id, name }) => (by === "id" ? id : name) === text),
  };
}

/** By object, location and state. */
async function readHeld(
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const held = new Map<string, string>();
  for (let from = 0; from < ids.length; from += IDS_PER_QUESTION) {
    const catalogObjectIds = ids.slice(from, from + IDS_PER_QUESTION);
    for await (const count of bincard.counts.list.each(
      { catalogObjectIds, limit: 1_000 },
      { signal },
    ))
      held.set(`${count.catalogObjectId} ${count.locationId} ${count.state}`, count.quantity);
  }
  return held;
}

/** Only what the ledger can take: what names nothing is among the rejected rows. */
function foretell(
  { differences }: Checked,
  { itemOf, placeOf }: Ids,
  held: ReadonlyMap<string, string>,
): readonly Foretold[] {
  const rows = differences.flatMap(({ item, place, state, steps }): Foretold[] => {
    const [variation, location] = [itemOf(item), placeOf(place)];
    if (variation === undefined && item.create === undefined) return [];
    if (location === undefined && place.create === undefined) return [];
    const now = held.get(`${variation?.id ?? ""} ${location?.id ?? ""} ${state}`) ?? "0";
    return [
      {
        key: JSON.stringify([refKey(item), refKey(place), state]),
        item: variation === undefined ? (item.create ?? item.text) : fullName(variation),
        place: location?.name ?? place.text,
        state,
        now,
        after: foretold(now, steps),
        isNew: variation === undefined,
      },
    ];
  });
  const weight = ({ now, after }: Foretold) => Math.abs(Number(sum(after, negative(now))));
  return rows.toSorted((a, b) => weight(b) - weight(a));
}
