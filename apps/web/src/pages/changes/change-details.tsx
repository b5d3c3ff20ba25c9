import type { Change, Location } from "@bincard/contracts";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { spellings } from "../../components/copy-as.ts";
import { Moment } from "../../components/moment.tsx";
import { tellQuantity } from "../../components/quantity.tsx";
import { fullName, type Variation } from "../../ledger/variation.ts";
import { tellVerb } from "../item/tell-change.ts";
import { placesOf } from "./kinds.ts";

/** All there is to know of one change, and the ways to get it elsewhere. */
export function ChangeDetails({
  change,
  item,
  locations,
  onClose,
}: {
  readonly change: Change;
  readonly item: Variation | undefined;
  readonly locations: readonly Location[];
  readonly onClose: () => void;
}) {
  const nameOf = (id: string) => locations.find((location) => location.id === id)?.name ?? id;
  const [first = ""] = placesOf(change);
  const what = `${tellVerb(change)} ${tellQuantity(change.quantity)}`;
  return (
    <aside
      aria-label="Details of a change"
      className="absolute inset-0 z-20 overflow-auto border-t border-l border-line bg-surface p-5 text-sm md:static md:min-h-0 md:w-96 md:shrink-0"
    >
      <div className="mb-4 flex items-start justify-between gap-2">
        <h2 className="text-base font-semibold">{what}</h2>
        <Button look="quiet" icon className="h-7 w-7" aria-label="Close details" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </Button>
      </div>
      <dl className="mb-5 grid grid-cols-[6.5rem_1fr] gap-y-2">
        <Fact name="Item">
          <Link
            to="/items/$id"
            params={{ id: change.catalogObjectId }}
            search={{ at: first, change: change.id }}
            className="text-accent hover:underline"
          >
            {item === undefined ? change.catalogObjectId : fullName(item)}
          </Link>
        </Fact>
        <Fact name="Where">{placesOf(change).map(nameOf).join(" → ")}</Fact>
        <Fact name="Occurred">
          <Moment time={change.occurredAt} />
        </Fact>
        <Fact name="Received">
          <Moment time={change.createdAt} />
        </Fact>
        <Fact name="Who">
          {[change.employeeId ?? change.teamMemberId, change.source.name]
            .filter(Boolean)
            .join(", ")}
        </Fact>
        <Fact name="Reference">{change.referenceId ?? "–"}</Fact>
        <Fact name="Position">
          <span className="tabular-nums">{change.position}</span>
        </Fact>
        <Fact name="Id">
          <span className="font-mono text-xs break-all">{change.id}</span>
        </Fact>
      </dl>
      <Copying change={change} />
    </aside>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** The change itself, and the calls that fetch it. */
function Copying({ change }: { readonly change: Change }) {
  const texts = [
    { name: "JSON", text: JSON.stringify(change, null, 2) },
    ...spellings({ operation: "changes.get", input: { id: change.id } }, location.origin),
  ] as const;
  const [name, setName] = useState<string>("JSON");
  const [copied, setCopied] = useState<string>();
  const text = texts.find((each) => each.name === name)?.text ?? "";
  return (
    <div>
      <div role="group" aria-label="Copy as" className="mb-2 flex gap-1">
        {texts.map((each) => (
          <button
            key={each.name}
            type="button"
            aria-pressed={each.name === name}
            onClick={() => setName(each.name)}
            className="rounded-md px-2.5 py-1 text-muted aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink"
          >
            {each.name}
          </button>
        ))}
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={`The change as ${name}`}
        className="max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-relaxed"
      >
        {text}
      </pre>
      {navigator.clipboard === undefined ? null : (
        <Button
          className="mt-2 w-full"
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}
        >
          {copied === text ? "Copied" : `Copy ${name}`}
        </Button>
      )}
    </div>
  );
}
