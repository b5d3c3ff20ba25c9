import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { holdKeys } from "../../components/early-keys.ts";
import { later } from "../../components/later.tsx";
import { WindowFault } from "../../components/load-fault.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { DemoOffer } from "../../demo/demo-offer.tsx";
import { type Catalog, readCatalog, useCatalog } from "../../ledger/catalog-index.ts";
import { counts, useLiveCounts } from "../../ledger/counts.ts";
import { useLocations } from "../../ledger/locations.ts";
import { type Verb, VERB_WORDS } from "../../ledger/verbs.ts";
import { useScope } from "../../session/session.ts";
import { usePaletteCommands } from "../../shell/palette-commands.ts";
import { CellEditor } from "./cell-editor.tsx";
import { type Column, columnsOf, statesShown } from "./columns.ts";
import { type StockSearch, USUAL_LOW } from "./search.ts";
import { Sheet } from "./sheet.tsx";
import { StockFilters } from "./stock-filters.tsx";
import { useEditing } from "./use-editing.ts";
import { type Rows, useRows } from "./use-rows.ts";

const ChangeDialog = later(
  async () => (await import("../../forms/change-dialog.tsx")).ChangeDialog,
  {
    failed: WindowFault,
  },
);

const DAILY: readonly Verb[] = ["receive", "sell", "waste", "count", "move"];

/** Items by locations, live, with what is done to them all day. */
export function StockPage() {
  const search = useSearch({ from: "/stock" });
  const mayRead = [
    useScope("INVENTORY_READ"),
    useScope("ITEMS_READ"),
    useScope("MERCHANT_PROFILE_READ"),
  ].every(Boolean);
  if (mayRead) return <Stock search={search} />;
  return (
    <Page title="Stock">
      <Empty title="Your token may not see stock">
        This screen wants the scopes INVENTORY_READ, ITEMS_READ and MERCHANT_PROFILE_READ.
      </Empty>
    </Page>
  );
}

function Stock({ search }: { readonly search: StockSearch }) {
  const navigate = useNavigate({ from: "/stock" });
  const set = useCallback(
    (changed: Partial<Record<keyof StockSearch, string | undefined>>) =>
      void navigate({
        search: (before) => ({ ...before, ...changed }) as StockSearch,
        replace: true,
      }),
    [navigate],
  );
  const catalog = useCatalog();
  const { locations, isKnown, error, refetch } = useLocations();
  useLiveCounts();
  const columns = useMemo(() => columnsOf(locations, search), [locations, search]);
  const open = useMemo(() => locations.filter(({ status }) => status === "ACTIVE"), [locations]);
  const { rows, unread } = useRows(catalog, columns, search);
  const mayWrite = useScope("INVENTORY_WRITE");
  const begin = useCallback(
    (verb: Verb) => {
      holdKeys();
      set({ do: verb });
    },
    [set],
  );
  useVerbCommands(mayWrite, begin);
  const close = () => set({ do: undefined, item: undefined, place: undefined });
  const isEmpty = catalog.complete && catalog.variations.length === 0;
  if (error !== null || catalog.error !== undefined)
    return (
      <Page title="Stock">
        <Failed
          error={error ?? catalog.error}
          onRetry={() => void Promise.all([refetch(), readCatalog()])}
        />
      </Page>
    );
  return (
    <Page
      fill
      title="Stock"
      lead={
        <Lead {...{ catalog, search, unread }} shown={rows.length} locations={columns.length} />
      }
      actions={
        <>
          {mayWrite && !isEmpty ? <VerbButtons onBegin={begin} /> : null}
          <CopyAs call={callOf(columns, search)} />
        </>
      }
    >
      {isEmpty ? null : <StockFilters {...{ search, set, locations }} />}
      {!isKnown || (catalog.variations.length === 0 && !catalog.complete) ? (
        <Loading rows={12} what="Reading the catalog" />
      ) : (
        <Body {...{ rows, unread, columns, search, set, catalog, mayWrite }} locations={open} />
      )}
      {search.do !== undefined && mayWrite && isKnown ? (
        <ChangeDialog
          key={search.do}
          verb={search.do}
          item={search.item}
          place={search.place}
          locations={open}
          onClose={close}
        />
      ) : null}
    </Page>
  );
}

type Set = (changed: Partial<Record<keyof StockSearch, string | undefined>>) => void;

function Body({
  rows,
  unread,
  columns,
  search,
  set,
  catalog,
  locations,
  mayWrite,
}: {
  readonly rows: Rows["rows"];
  readonly unread: number;
  readonly columns: readonly Column[];
  readonly search: StockSearch;
  readonly set: Set;
  readonly catalog: Catalog;
  readonly locations: ReturnType<typeof useLocations>["locations"];
  readonly mayWrite: boolean;
}) {
  const navigate = useNavigate();
  const { editing, open, close, submit } = useEditing(columns, locations);
  const places = useSyncExternalStore(
    useCallback((listener) => counts.subscribe(listener), []),
    () => counts.places,
  );
  const error = useSyncExternalStore(
    useCallback((listener) => counts.subscribe(listener), []),
    () => counts.error,
  );
  if (catalog.variations.length === 0) return <NothingYet />;
  if (error !== undefined) return <Failed error={error} onRetry={() => counts.retry()} />;
  if (rows.length === 0 && unread > 0)
    return <Loading rows={12} what="Looking through the counts" />;
  if (rows.length === 0)
    return (
      <Empty
        title="No item is like that"
        action={
          <Button onClick={() => set({ q: undefined, only: undefined, at: undefined })}>
            Show all items
          </Button>
        }
      />
    );
  return (
    <Sheet
      rows={rows}
      columns={columns}
      locations={locations}
      low={search.low ?? USUAL_LOW}
      places={places}
      sort={search.sort}
      onSort={(sort) => set({ sort })}
      onOpen={(at) => mayWrite && open(at)}
      onItem={({ id }) => void navigate({ to: "/items/$id", params: { id } })}
      editor={
        editing === undefined
          ? undefined
          : {
              at: editing.at,
              element: (
                <CellEditor
                  key={editing.turn}
                  at={editing.at}
                  locations={locations}
                  refused={editing.refused}
                  onSubmit={submit}
                  onClose={close}
                />
              ),
            }
      }
    />
  );
}

function NothingYet() {
  return (
    <Empty title="There are no items yet" action={<DemoOffer />}>
      Bring yours in with{" "}
      <Link to="/import" className="text-accent underline">
        Import
      </Link>
      , or at a terminal with <code className="font-mono text-ink">bincard items create</code>. Or
      look around first: the demo is three places, 200 items and ninety days of what happens to
      them.
    </Empty>
  );
}

function Lead({
  catalog,
  search,
  unread,
  shown,
  locations,
}: {
  readonly catalog: Catalog;
  readonly search: StockSearch;
  readonly unread: number;
  readonly shown: number;
  readonly locations: number;
}) {
  const { variations, complete } = catalog;
  const places = locations / statesShown(search).length;
  const all = variations.length.toLocaleString("en");
  const some = shown === variations.length ? all : `${shown.toLocaleString("en")} of ${all}`;
  return (
    <span role="status">
      {some} {variations.length === 1 ? "item" : "items"}
      {complete && unread === 0 ? "" : " so far"} · {places}{" "}
      {places === 1 ? "location" : "locations"}
    </span>
  );
}

function VerbButtons({ onBegin }: { readonly onBegin: (verb: Verb) => void }) {
  return DAILY.map((verb, at) => (
    <Button key={verb} look={at === 0 ? "primary" : "plain"} onClick={() => onBegin(verb)}>
      {VERB_WORDS[verb].label}
    </Button>
  ));
}

function useVerbCommands(mayWrite: boolean, begin: (verb: Verb) => void): void {
  const commands = useMemo(
    () =>
      (mayWrite ? DAILY : []).map((verb) => ({
        id: verb,
        label: `${VERB_WORDS[verb].label} stock…`,
        group: "On this screen",
        run: () => begin(verb),
      })),
    [mayWrite, begin],
  );
  usePaletteCommands(commands);
}

/** The question behind the sheet. */
function callOf(columns: readonly Column[], search: StockSearch) {
  const states = statesShown(search);
  const locationIds = [...new Set(columns.map(({ location }) => location.id))];
  const where = search.at === undefined ? [] : locationIds;
  return {
    operation: "counts.list",
    input: { states, ...(where.length === 0 ? {} : { locationIds: where }) },
    cli: [
      "counts",
      ...where.flatMap((id) => ["--location", id]),
      ...states.flatMap((state) => ["--state", state]),
      "--all",
    ],
  };
}
