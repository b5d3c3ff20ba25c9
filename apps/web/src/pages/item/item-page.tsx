import type { Location } from "@bincard/contracts";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { holdKeys } from "../../components/early-keys.ts";
import { later } from "../../components/later.tsx";
import { LoadFault, WindowFault } from "../../components/load-fault.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { useCountsOf, useLiveCounts } from "../../ledger/counts.ts";
import { useLocations } from "../../ledger/locations.ts";
import { queries } from "../../ledger/queries.ts";
import { type Verb, VERB_WORDS, verbsOf } from "../../ledger/verbs.ts";
import { useScope } from "../../session/session.ts";
import { HistoryTable } from "./history-table.tsx";
import { Places } from "./places.tsx";
import type { ItemSearch } from "./search.ts";
import { spanOf, Spans } from "./spans.tsx";
import { countUpTo, type PicturedKey, type Timeline, timelineOf } from "./timeline.ts";
import { type History, useHistory } from "./use-history.ts";

const Picture = later(async () => (await import("./picture.tsx")).Picture, {
  failed: LoadFault,
  waiting: <div className="h-[330px]" />,
});
const ChangeDialog = later(
  async () => (await import("../../forms/change-dialog.tsx")).ChangeDialog,
  {
    failed: WindowFault,
  },
);

/** More rows than anybody reads; sorting them must not hold the picture up. */
const LISTED_MAX = 5_000;

/** One item: what there is of it where, and how it came to be so. */
export function ItemPage() {
  const { id } = useParams({ from: "/items/$id" });
  const search = useSearch({ from: "/items/$id" });
  const { locations, isKnown, error, refetch } = useLocations();
  useLiveCounts();
  const counts = useCountsOf(id);
  useEffect(() => counts.want([id]), [counts, id]);
  // The picture's own file comes while the history is read.
  useEffect(() => void Picture.preload(), []);
  const object = useQuery(queries.catalog.get.queryOptions({ id, includeDeleted: true }));
  const failed = object.error ?? error ?? counts.error;
  if (failed !== null && failed !== undefined)
    return (
      <Page title="Item">
        <Failed error={failed} onRetry={() => void Promise.all([object.refetch(), refetch()])} />
      </Page>
    );
  if (!isKnown || object.data === undefined || !counts.knows(id))
    return (
      <Page title="Item">
        <Loading what="Reading the item" />
      </Page>
    );
  if (object.data.object.type === "ITEM") return <Variations item={object.data.object} />;
  return <Item key={id} {...{ id, search, locations }} object={object.data.object} />;
}

/** An item as such has no stock: its variations have. With a single one, that is what is meant. */
function Variations({ item }: { readonly item: Extract<Object, { type: "ITEM" }> }) {
  const [only, ...others] = item.variations;
  if (only !== undefined && others.length === 0)
    return <Navigate to="/items/$id" params={{ id: only.id }} replace />;
  return (
    <Page title={item.name} lead="What there is of it is counted by variation.">
      <ul className="px-1 text-sm md:px-3">
        {item.variations.map(({ id, name, sku }) => (
          <li key={id}>
            <Link
              to="/items/$id"
              params={{ id }}
              className="flex items-baseline gap-3 rounded-md px-3 py-2 text-accent hover:bg-sunken"
            >
              {name} <span className="font-mono text-xs text-muted">{sku}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

type Object = Awaited<
  ReturnType<typeof import("../../ledger/client.ts").bincard.catalog.get>
>["object"];

function Item({
  id,
  search,
  locations,
  object,
}: {
  readonly id: string;
  readonly search: ItemSearch;
  readonly locations: readonly Location[];
  readonly object: Object;
}) {
  const navigate = useNavigate({ from: "/items/$id" });
  const set = useCallback(
    (changed: Partial<Record<keyof ItemSearch, string | number | undefined>>) =>
      void navigate({
        search: (before) => ({ ...before, ...changed }) as ItemSearch,
        replace: true,
      }),
    [navigate],
  );
  const key = useChosenKey(id, locations, search);
  const history = useHistory(id, key?.locationId);
  const places = locations.filter(({ status }) => status === "ACTIVE");
  return (
    <Page
      title={useTitle(object)}
      lead={<Lead object={object} />}
      actions={<Actions {...{ id, key_: key, locations: places }} />}
    >
      <Places
        catalogObjectId={id}
        locations={locations.filter((location) => isShown(location, key))}
        chosen={key}
        onChoose={({ locationId, state }) =>
          set({ at: locationId, state: state === "WASTE" ? state : undefined, change: undefined })
        }
      />
      {key === undefined ? (
        <Empty title="There is no location yet" />
      ) : (
        <HistoryOf {...{ id, history, search, set, locations }} pictured={key} />
      )}
    </Page>
  );
}

const isShown = ({ id, status }: Location, key: PicturedKey | undefined) =>
  status === "ACTIVE" || key?.locationId === id;

/**
 * What the picture is of: what the URL says, else a location below zero, which is what people come for, else the first
 * that ever had some.
 */
function useChosenKey(
  catalogObjectId: string,
  locations: readonly Location[],
  { at, state: chosenState }: ItemSearch,
): PicturedKey | undefined {
  const state: PicturedKey["state"] = chosenState ?? "IN_STOCK";
  const counts = useCountsOf(catalogObjectId);
  const quantityAt = (locationId: string) =>
    counts.shown({ catalogObjectId, locationId, state }).quantity;
  const chosen =
    locations.find(({ id }) => id === at) ??
    locations.find(({ id }) => quantityAt(id)?.startsWith("-")) ??
    locations.find(({ id }) => quantityAt(id) !== undefined) ??
    locations.find(({ status }) => status === "ACTIVE");
  const locationId = chosen?.id;
  return useMemo(
    () => (locationId === undefined ? undefined : { locationId, state }),
    [locationId, state],
  );
}

function useTitle(object: Object): string {
  const parent = useQuery({
    ...queries.catalog.get.queryOptions({
      id: object.type === "ITEM_VARIATION" ? object.itemId : object.id,
      includeDeleted: true,
    }),
    enabled: object.type === "ITEM_VARIATION",
  });
  if (object.type === "ITEM") return object.name;
  const item = parent.data?.object;
  if (item?.type !== "ITEM") return object.name;
  const saysNothing = item.variations.length === 1 && object.name === "Regular";
  return saysNothing ? item.name : `${item.name}, ${object.name}`;
}

function Lead({ object }: { readonly object: Object }) {
  const codes =
    object.type === "ITEM" ? [object.id] : [object.sku, object.upc, object.id].filter(Boolean);
  return (
    <span>
      <Link to="/stock" className="text-accent hover:underline">
        Stock
      </Link>{" "}
      / <span className="font-mono text-xs">{[...new Set(codes)].join(" · ")}</span>
      {object.isDeleted ? <span className="text-danger"> · deleted</span> : null}
    </span>
  );
}

function Actions({
  id,
  key_: key,
  locations,
}: {
  readonly id: string;
  readonly key_: PicturedKey | undefined;
  readonly locations: readonly Location[];
}) {
  const mayWrite = useScope("INVENTORY_WRITE");
  const [verb, setVerb] = useState<Verb>();
  const where = key === undefined ? {} : { locationIds: [key.locationId] };
  const begin = (begun: Verb) => {
    holdKeys();
    setVerb(begun);
  };
  return (
    <>
      {mayWrite
        ? verbsOf("IN_STOCK").map((each) => (
            <Button key={each} onClick={() => begin(each)}>
              {VERB_WORDS[each].label}
            </Button>
          ))
        : null}
      <CopyAs
        call={{
          operation: "changes.ofObject",
          input: { catalogObjectId: id, ...where },
          cli: ["changes", id, ...(key === undefined ? [] : ["--location", key.locationId])],
        }}
      />
      {verb === undefined ? null : (
        <ChangeDialog
          verb={verb}
          item={id}
          place={key?.locationId}
          locations={locations}
          onClose={() => setVerb(undefined)}
        />
      )}
    </>
  );
}

function HistoryOf({
  id,
  history,
  search,
  set,
  locations,
  pictured,
}: {
  readonly id: string;
  readonly history: History;
  readonly search: ItemSearch;
  readonly set: (changed: Partial<Record<keyof ItemSearch, string | number | undefined>>) => void;
  readonly locations: readonly Location[];
  readonly pictured: PicturedKey;
}) {
  const counts = useCountsOf(id);
  const now = counts.shown({ catalogObjectId: id, ...pictured }).quantity;
  const timeline = useTimeline(history, pictured, now);
  const all = useMemo(() => spanOf(timeline), [timeline]);
  const span =
    search.from === undefined || search.to === undefined
      ? all
      : { from: search.from, to: search.to };
  const shown = useMemo(
    () =>
      timeline.moments.slice(
        countUpTo(timeline.at, span.from - 1e-6),
        countUpTo(timeline.at, span.to),
      ),
    [timeline, span.from, span.to],
  );
  // The picture is drawn first; the table may come a moment later.
  const listed = useListed(shown);
  const marked = timeline.moments.find(({ change }) => change.id === search.change);
  const place = locations.find(({ id }) => id === pictured.locationId)?.name ?? pictured.locationId;
  if (history.error !== undefined) return <Failed error={history.error} />;
  if (timeline.moments.length === 0)
    return history.isComplete ? (
      <Empty title={`Nothing ever moved at ${place}`}>
        Receive some, or count what is there: it will show here.
      </Empty>
    ) : (
      <Loading what="Reading the history" />
    );
  return (
    <div className="space-y-3 px-4 pb-6 md:px-6">
      <Spans
        {...{ all, span, history }}
        changes={timeline.moments.length}
        onSpan={(next) => set({ from: next?.from, to: next?.to })}
      />
      <Picture
        {...{ timeline, span, marked }}
        label={`Quantity of this item at ${place} over time; the table below says the same`}
        onSpan={(next) => set({ from: next?.from, to: next?.to })}
        onMark={(moment) => set({ change: moment?.change.id })}
      />
      <HistoryTable
        moments={listed}
        here={pictured.locationId}
        locations={locations}
        marked={marked}
        onMark={({ change }) => set({ change: change.id })}
      />
      {shown.length > LISTED_MAX ? (
        <p className="text-sm text-muted">
          The newest {LISTED_MAX.toLocaleString("en")} of {shown.length.toLocaleString("en")}{" "}
          changes in this window. Zoom in to see the others.
        </p>
      ) : null}
    </div>
  );
}

function useListed(shown: Timeline["moments"]): Timeline["moments"] {
  const deferred = useDeferredValue(shown);
  return useMemo(() => deferred.slice(-LISTED_MAX), [deferred]);
}

function useTimeline(history: History, key: PicturedKey, now: string | undefined): Timeline {
  const { changes, isComplete } = history;
  // Once everything has been read, what there is now says nothing that the changes do not say.
  const reckonedFrom = isComplete ? undefined : now;
  return useMemo(
    () => timelineOf(changes, key, { isComplete, now: reckonedFrom }),
    [changes, key, isComplete, reckonedFrom],
  );
}
