import type { Location } from "@bincard/contracts";
import { clsx } from "clsx";
import { atThePoint, Quantity } from "../../components/quantity.tsx";
import { useCountsOf } from "../../ledger/counts.ts";
import type { PicturedKey } from "./timeline.ts";

/** What there is of an item at each location; one of them is what the picture is of. */
export function Places({
  catalogObjectId,
  locations,
  chosen,
  onChoose,
}: {
  readonly catalogObjectId: string;
  readonly locations: readonly Location[];
  readonly chosen: PicturedKey | undefined;
  readonly onChoose: (key: PicturedKey) => void;
}) {
  const counts = useCountsOf(catalogObjectId);
  return (
    <ul
      aria-label="Where it is"
      className="flex gap-2 overflow-x-auto px-4 pb-4 md:px-6"
      style={atThePoint(counts.places)}
    >
      {locations.flatMap(({ id: locationId, name }) =>
        (["IN_STOCK", "WASTE"] as const).map((state) => {
          const { quantity } = counts.shown({ catalogObjectId, locationId, state });
          if (quantity === undefined && state === "WASTE") return null;
          const isChosen = chosen?.locationId === locationId && chosen.state === state;
          return (
            <li key={`${locationId} ${state}`} className="shrink-0">
              <button
                type="button"
                aria-pressed={isChosen}
                onClick={() => onChoose({ locationId, state })}
                className={clsx(
                  "min-w-32 rounded-lg border px-4 py-2.5 text-left",
                  isChosen
                    ? "border-accent bg-accent-soft"
                    : "border-line bg-surface hover:bg-sunken",
                )}
              >
                <span className="block text-xs text-muted">
                  {name}
                  {state === "WASTE" ? ", waste" : ""}
                </span>
                <span
                  className={clsx(
                    "text-lg font-semibold",
                    quantity?.startsWith("-") === true && "text-danger",
                  )}
                >
                  {quantity === undefined ? "–" : <Quantity value={quantity} />}
                </span>
              </button>
            </li>
          );
        }),
      )}
    </ul>
  );
}
