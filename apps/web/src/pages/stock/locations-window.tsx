import type { Location } from "@bincard/contracts";
import { type RefObject, useState } from "react";
import { Anchored } from "../../components/anchored.tsx";
import { Button } from "../../components/button.tsx";

/** Which locations have a column. */
export function LocationsWindow({
  anchor,
  onClose,
  locations,
  at,
  set,
}: {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly locations: readonly Location[];
  /** Ids with commas between; `undefined` for all. */
  readonly at: string | undefined;
  readonly set: (changed: { at: string | undefined }) => void;
}) {
  const [text, setText] = useState("");
  const open = locations.filter(({ status }) => status === "ACTIVE").map(({ id }) => id);
  const chosen = at?.split(",") ?? open;
  const choose = (ids: readonly string[]) =>
    set({ at: ids.length === 0 || ids.join() === open.join() ? undefined : ids.join(",") });
  const shown = locations.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  return (
    <Anchored {...{ anchor, onClose }} title="Locations" className="w-64">
      {locations.length > 8 ? (
        <input
          aria-label="Find a location"
          placeholder="Find…"
          value={text}
          onChange={({ target }) => setText(target.value)}
          className="mb-2 h-8 w-full rounded-md border border-line-strong bg-surface px-2"
        />
      ) : null}
      <ul className="max-h-64 overflow-auto">
        {shown.map(({ id, name, status }) => (
          <li key={id} className="group flex items-center rounded-md hover:bg-sunken">
            <label className="flex grow cursor-pointer items-center gap-2 px-2 py-1.5">
              <input
                type="checkbox"
                className="accent-(--accent)"
                checked={chosen.includes(id)}
                onChange={({ target }) =>
                  choose(
                    target.checked
                      ? locations
                          .map(({ id }) => id)
                          .filter((each) => each === id || chosen.includes(each))
                      : chosen.filter((each) => each !== id),
                  )
                }
              />
              {name}
              {status === "ACTIVE" ? null : <span className="text-xs text-muted">closed</span>}
            </label>
            <Button look="quiet" className="h-7 text-xs" onClick={() => choose([id])}>
              only
            </Button>
          </li>
        ))}
      </ul>
      <Button className="mt-2 w-full" onClick={() => set({ at: undefined })}>
        All open locations
      </Button>
    </Anchored>
  );
}
