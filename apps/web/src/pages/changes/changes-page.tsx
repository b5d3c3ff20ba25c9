import { useNavigate, useSearch } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useCallback, useDeferredValue, useMemo } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { SelectField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { SearchBox } from "../../components/search-box.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { useFeedStatus } from "../../ledger/feed-status.ts";
import { useLocations } from "../../ledger/locations.ts";
import { usePaletteCommands } from "../../shell/palette-commands.ts";
import { ChangeDetails } from "./change-details.tsx";
import { FeedList } from "./feed-list.tsx";
import { KIND_WORDS, wantedBy } from "./kinds.ts";
import { type ChangesSearch, KINDS, kindsOf, type Kind, type Since, SINCES } from "./search.ts";
import { type Feed, useFeed } from "./use-feed.ts";

const SINCE_WORDS: Readonly<Record<Since, string>> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  all: "From the beginning",
};

type Set = (changed: Partial<Record<keyof ChangesSearch, string | undefined>>) => void;

/** What is recorded, as it is recorded. */
export function ChangesPage() {
  const search = useSearch({ from: "/changes" });
  const navigate = useNavigate({ from: "/changes" });
  const set = useCallback<Set>(
    (changed) =>
      void navigate({
        search: (before) => ({ ...before, ...changed }) as ChangesSearch,
        replace: true,
      }),
    [navigate],
  );
  const feed = useFeed(search.since ?? "24h");
  const { byId, variations } = useCatalog();
  const { locations } = useLocations();
  const wanted = useDeferredValue(search);
  const changes = useMemo(() => {
    const isWanted = wantedBy(wanted, byId);
    return feed.shown.filter(isWanted);
    // The names arrive in pages, in a map that stays the same.
  }, [feed.shown, wanted, byId, variations]);
  const chosen = changes.find(({ id }) => id === search.change);
  useHoldCommand(feed);
  return (
    <Page
      fill
      title="Changes"
      lead={<Lead {...{ feed }} shown={changes.length} />}
      actions={
        <>
          <HoldButton feed={feed} />
          <CopyAs call={{ operation: "feed.read", input: {}, cli: cliOf(search.since ?? "24h") }} />
        </>
      }
    >
      <Filters {...{ search, set, locations }} />
      {feed.error === undefined ? (
        <div className="relative flex min-h-0 grow">
          <Content {...{ feed, changes, search, set }}>
            <FeedList
              changes={changes}
              items={byId}
              locations={locations}
              chosen={search.change}
              onChoose={(change) => set({ change })}
            />
          </Content>
          {chosen === undefined ? null : (
            <ChangeDetails
              change={chosen}
              item={byId.get(chosen.catalogObjectId)}
              locations={locations}
              onClose={() => set({ change: undefined })}
            />
          )}
        </div>
      ) : (
        <Failed error={feed.error} />
      )}
    </Page>
  );
}

function Content({
  feed,
  changes,
  search,
  set,
  children,
}: {
  readonly feed: Feed;
  readonly changes: readonly unknown[];
  readonly search: ChangesSearch;
  readonly set: Set;
  readonly children: React.ReactNode;
}) {
  if (changes.length > 0) return children;
  if (!feed.isThere)
    return (
      <div className="grow">
        <Loading rows={12} what="Reading the feed" />
      </div>
    );
  if (feed.shown.length > 0)
    return (
      <div className="grow">
        <Empty
          title="No change is like that"
          action={
            <Button onClick={() => set({ q: undefined, kinds: undefined, at: undefined })}>
              Show all changes
            </Button>
          }
        />
      </div>
    );
  return (
    <div className="grow">
      <Empty
        title="Nothing was recorded in this time"
        action={
          search.since === "all" ? undefined : (
            <Button onClick={() => set({ since: "all" })}>From the beginning</Button>
          )
        }
      >
        What is recorded from now on shows here by itself.
      </Empty>
    </div>
  );
}

function Filters({
  search,
  set,
  locations,
}: {
  readonly search: ChangesSearch;
  readonly set: Set;
  readonly locations: ReturnType<typeof useLocations>["locations"];
}) {
  const kinds = kindsOf(search.kinds);
  const isAll = kinds.length === KINDS.length;
  const toggle = (kind: Kind) => {
    // From all, a click asks for this one alone.
    const next = isAll
      ? [kind]
      : kinds.includes(kind)
        ? kinds.filter((each) => each !== kind)
        : KINDS.filter((each) => each === kind || kinds.includes(each));
    const isEverything = next.length === 0 || next.length === KINDS.length;
    set({ kinds: isEverything ? undefined : next.join(",") });
  };
  return (
    <div className="flex shrink-0 items-center gap-2 overflow-x-auto px-4 pt-1 pb-3 md:px-6">
      <SearchBox
        label="Find changes"
        placeholder="Item, SKU or reference"
        value={search.q ?? ""}
        onSearch={(q) => set({ q: q === "" ? undefined : q })}
      />
      {KINDS.map((kind) => (
        <Chip key={kind} on={!isAll && kinds.includes(kind)} onToggle={() => toggle(kind)}>
          {KIND_WORDS[kind]}
        </Chip>
      ))}
      <span className="grow" />
      <div className="w-44 shrink-0">
        <SelectField
          label="Location"
          labelHidden
          value={search.at ?? ""}
          onChange={({ target }) => set({ at: target.value === "" ? undefined : target.value })}
          choices={[
            { value: "", label: "All locations" },
            ...locations.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      <div className="w-44 shrink-0">
        <SelectField
          label="Since"
          labelHidden
          value={search.since ?? "24h"}
          onChange={({ target }) =>
            set({ since: target.value === "24h" ? undefined : target.value })
          }
          choices={SINCES.map((value) => ({ value, label: SINCE_WORDS[value] }))}
        />
      </div>
    </div>
  );
}

function HoldButton({ feed: { isHeld, hold, letGo, waiting } }: { readonly feed: Feed }) {
  if (!isHeld)
    return (
      <Button onClick={hold}>
        <Pause aria-hidden className="size-4" />
        Pause
      </Button>
    );
  return (
    <Button look="primary" onClick={letGo}>
      <Play aria-hidden className="size-4" />
      {waiting.length === 0 ? "Go on" : `Go on: ${waiting.length.toLocaleString("en")} new`}
    </Button>
  );
}

function Lead({ feed, shown }: { readonly feed: Feed; readonly shown: number }) {
  const status = useFeedStatus();
  const all = feed.shown.length;
  const some = shown === all ? "" : ` of ${all.toLocaleString("en")}`;
  return (
    <span role="status">
      {shown.toLocaleString("en")}
      {some} {all === 1 ? "change" : "changes"}
      {feed.isCut ? ", the newest" : ""}
      {feed.isHeld ? " · paused" : ""}
      {status === "cut" ? " · the connection is cut; it goes on without a gap" : ""}
    </span>
  );
}

function useHoldCommand({ isHeld, hold, letGo }: Feed): void {
  const commands = useMemo(
    () => [
      {
        id: "hold",
        label: isHeld ? "Go on with the feed" : "Pause the feed",
        group: "On this screen",
        run: isHeld ? letGo : hold,
      },
    ],
    [isHeld, hold, letGo],
  );
  usePaletteCommands(commands);
}

function cliOf(since: Since): readonly string[] {
  return since === "all" ? ["changes", "--all"] : ["changes", "tail", "--since", since];
}
