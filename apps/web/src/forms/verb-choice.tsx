import { clsx } from "clsx";
import { useId } from "react";
import { type Verb, VERB_WORDS } from "../ledger/verbs.ts";

/** One of a few verbs, side by side. */
export function VerbChoice({
  verbs,
  value,
  onChange,
}: {
  readonly verbs: readonly Verb[];
  readonly value: Verb;
  readonly onChange: (verb: Verb) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="sr-only">What happened</legend>
      <div className="flex gap-0.5 rounded-lg bg-sunken p-0.5">
        {verbs.map((verb) => (
          <label
            key={verb}
            className={clsx(
              "grow cursor-pointer rounded-md px-2 py-1.5 text-center text-sm whitespace-nowrap",
              "has-focus-visible:outline-2 has-focus-visible:outline-accent",
              verb === value ? "bg-surface font-medium shadow-sm" : "text-muted hover:text-ink",
            )}
          >
            <input
              type="radio"
              name={name}
              value={verb}
              checked={verb === value}
              onChange={() => onChange(verb)}
              className="sr-only"
            />
            {VERB_WORDS[verb].label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
