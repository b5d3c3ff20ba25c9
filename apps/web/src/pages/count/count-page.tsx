import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { SelectField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { readCatalog, useCatalog } from "../../ledger/catalog-index.ts";
import { useLocations } from "../../ledger/locations.ts";
import { useScope, useSession } from "../../session/session.ts";
import { Counting } from "./counting.tsx";
import type { Here } from "./here.ts";
import { readAhead, useKeptSheet } from "./kept-sheet.ts";
import type { OpenSheet } from "./open-sheet.ts";
import { PlanForm } from "./plan-form.tsx";
import { Review } from "./review.tsx";
import type { CountSearch, SetSearch } from "./search.ts";

/** A stock-take of one location, from the plan to the batch that is posted. */
export function CountPage() {
  const mayCount = [
    useScope("INVENTORY_READ"),
    useScope("INVENTORY_WRITE"),
    useScope("ITEMS_READ"),
    useScope("MERCHANT_PROFILE_READ"),
  ].every(Boolean);
  if (mayCount) return <Count />;
  return (
    <Page title="Count">
      <Empty title="Your token may not count stock">
        This screen wants the scopes INVENTORY_READ, INVENTORY_WRITE, ITEMS_READ and
        MERCHANT_PROFILE_READ.
      </Empty>
    </Page>
  );
}

function Count() {
  const search = useSearch({ from: "/count" });
  const navigate = useNavigate({ from: "/count" });
  const set: SetSearch = useCallback(
    (changed) =>
      void navigate({
        search: (before) => ({ ...before, ...changed }) as CountSearch,
        replace: true,
      }),
    [navigate],
  );
  const { merchant } = useSession();
  useEffect(() => {
    if (search.at !== undefined) readAhead(merchant.id, search.at);
  }, [merchant.id, search.at]);
  const { locations, isKnown, error, refetch } = useLocations();
  const catalog = useCatalog();
  const fault = error ?? catalog.error;
  if (fault !== null && fault !== undefined)
    return (
      <Page title="Count">
        <Failed error={fault} onRetry={() => void Promise.all([refetch(), readCatalog()])} />
      </Page>
    );
  if (!isKnown || !catalog.complete)
    return (
      <Page title="Count">
        <Loading what="Reading the catalog" />
      </Page>
    );
  const open = locations.filter(({ status }) => status === "ACTIVE");
  const here = open.find(({ id }) => id === search.at) ?? (open.length === 1 ? open[0] : undefined);
  if (open.length === 0 || catalog.variations.length === 0)
    return (
      <Page title="Count">
        <Empty title="There is nothing to count yet">
          A count wants a location and items. Import them, or make them with the CLI.
        </Empty>
      </Page>
    );
  if (here !== undefined) return <AtLocation key={here.id} {...{ here, search, set }} />;
  return (
    <Page title="Count" lead="Where are you counting?">
      <div className="max-w-sm px-4 md:px-6">
        <SelectField
          label="Location"
          value=""
          onChange={(event) => set({ at: event.currentTarget.value })}
          choices={[
            { value: "", label: "Choose a location" },
            ...open.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
    </Page>
  );
}

function AtLocation({
  here,
  search,
  set,
}: {
  readonly here: Here;
  readonly search: CountSearch;
  readonly set: SetSearch;
}) {
  const { merchant } = useSession();
  const kept = useKeptSheet(merchant.id, here.id);
  const { sheet } = kept;
  const isOpen = useIsSent(sheet);
  // What was sent must be seen through before anything else: the review is where that is done.
  useEffect(() => {
    if (isOpen) set({ step: "review" });
  }, [isOpen, set]);
  if (!kept.isRead)
    return (
      <Page title={`Count ${here.name}`}>
        <Loading what="Looking for a count that was begun" />
      </Page>
    );
  if (sheet === undefined) return <PlanForm here={here} onBegin={kept.begin} set={set} />;
  if (search.step === "review" || isOpen) return <Review {...{ here, kept, sheet, search, set }} />;
  return <Counting {...{ here, kept, sheet, search, set }} />;
}

/** Whether a batch of it was sent, and is not known to be answered. */
function useIsSent(sheet: OpenSheet | undefined): boolean {
  return useSyncExternalStore(
    useCallback((listener) => sheet?.subscribe(listener) ?? (() => undefined), [sheet]),
    () => sheet?.head.sent !== undefined,
  );
}
