import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { type RefObject, useState } from "react";
import { Anchored } from "../../components/anchored.tsx";
import { Button } from "../../components/button.tsx";
import { useSession } from "../../session/session.ts";
import type { StockSearch } from "./search.ts";
import { dropView, keepView, readViews } from "./views.ts";

/** Names for what stands in the URL, kept in this browser. */
export function ViewsWindow({
  anchor,
  onClose,
  search,
}: {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly search: StockSearch;
}) {
  const { merchant } = useSession();
  const navigate = useNavigate({ from: "/stock" });
  const [views, setViews] = useState(() => readViews(localStorage, merchant.id));
  const [name, setName] = useState("");
  return (
    <Anchored {...{ anchor, onClose }} title="Saved views" className="w-72">
      {views.length === 0 ? (
        <p className="mb-3 text-muted">
          Filter the sheet, then give what you see a name. It is kept in this browser.
        </p>
      ) : null}
      <ul className="mb-2">
        {views.map((view) => (
          <li key={view.name} className="flex items-center rounded-md hover:bg-sunken">
            <button
              type="button"
              className="grow truncate px-2 py-1.5 text-left"
              onClick={() => {
                void navigate({ search: view.search });
                onClose();
              }}
            >
              {view.name}
            </button>
            <Button
              look="quiet"
              icon
              className="h-7"
              aria-label={`Forget ${view.name}`}
              onClick={() => setViews(dropView(localStorage, merchant.id, view.name))}
            >
              <Trash2 aria-hidden className="size-3.5" />
            </Button>
          </li>
        ))}
      </ul>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          const { do: _, item: __, place: ___, ...kept } = search;
          setViews(keepView(localStorage, merchant.id, { name: name.trim(), search: kept }));
          setName("");
        }}
      >
        <input
          aria-label="Name of this view"
          placeholder="Name of this view"
          value={name}
          onChange={({ target }) => setName(target.value)}
          className="h-9 min-w-0 grow rounded-md border border-line-strong bg-surface px-2"
        />
        <Button type="submit">Save</Button>
      </form>
    </Anchored>
  );
}
