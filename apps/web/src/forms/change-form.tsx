import type { Location } from "@bincard/contracts";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { besideFields, FailureNote } from "../failures.tsx";
import { isOpen, prepareReport, type Report } from "../ledger/report-deed.ts";
import { type Deed, type Verb, VERB_WORDS } from "../ledger/verbs.ts";
import { VerbChoice } from "./verb-choice.tsx";

/** What a form begins with. */
export type Draft = Omit<Deed, "occurredAt" | "toLocationId" | "referenceId"> &
  Partial<Pick<Deed, "toLocationId" | "referenceId">> & {
    /** In the browser's own form, without a zone; now when left out. */
    readonly when?: string;
  };

export interface Refused {
  readonly report: Report;
  readonly error: unknown;
}

/** The fields that a refusal can stand beside. Item and place have theirs where they are asked for. */
const NAMES = ["toLocationId", "quantity", "occurredAt", "referenceId"] as const;
const SUBJECT_NAMES: readonly unknown[] = ["catalogObjectId", "locationId", "fromLocationId"];

export interface ChangeFormProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly verbs: readonly Verb[];
  readonly locations: readonly Location[];
  readonly onSubmit: (report: Report) => void;
  readonly onCancel: () => void;
  readonly refused?: Refused | undefined;
  readonly busy?: boolean;
  /** Which item and where, when the form has to ask. */
  readonly subject?: ReactNode;
  /** A second way to submit. */
  readonly more?: ReactNode;
  /** The call behind the form, spelled out. */
  readonly spelling?: ReactNode;
}

/** One thing done to stock: what, how many, and if need be where to, when and why. */
export function ChangeForm(props: ChangeFormProps) {
  const { draft, onDraft, verbs, locations, refused, busy = false } = props;
  const { fields, rest } = besideFields(refused?.error, NAMES);
  const elsewhere = rest.filter(
    ({ path }) => props.subject === undefined || !SUBJECT_NAMES.includes(path.at(-1)),
  );
  const isToldBeside = Object.keys(fields).length > 0 || rest.length > elsewhere.length;
  const change = (changed: Partial<Draft>) => onDraft({ ...draft, ...changed });
  const others = locations.filter(({ id }) => id !== draft.locationId);
  return (
    <form
      noValidate
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit(reportOf(draft, others, refused));
      }}
    >
      <VerbChoice verbs={verbs} value={draft.verb} onChange={(verb) => change({ verb })} />
      {props.subject}
      <TextField
        label={VERB_WORDS[draft.verb].question}
        inputMode="decimal"
        // Which item it is comes first, where that has to be asked.
        autoFocus={props.subject === undefined || draft.catalogObjectId !== ""}
        value={draft.quantity}
        onChange={(event) => change({ quantity: event.target.value })}
        error={fields.quantity}
        className="text-right tabular-nums"
      />
      {draft.verb === "move" ? (
        <SelectField
          label="To"
          choices={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.toLocationId ?? others[0]?.id ?? ""}
          onChange={(event) => change({ toLocationId: event.target.value })}
          error={fields.toLocationId}
        />
      ) : null}
      <More draft={draft} change={change} fields={fields} />
      {refused !== undefined && (elsewhere.length > 0 || !isToldBeside) ? (
        <OpenOrRefused error={refused.error} />
      ) : null}
      <div className="flex flex-wrap items-center gap-2 pt-1">
        <Button type="submit" look="primary" disabled={busy}>
          {VERB_WORDS[draft.verb].label}
        </Button>
        {props.more}
        <Button look="quiet" onClick={props.onCancel}>
          Cancel
        </Button>
        <span className="grow" />
        {props.spelling}
      </div>
    </form>
  );
}

/** Why the whole was refused; and where nobody knows, what settles it. */
function OpenOrRefused({ error }: { readonly error: unknown }) {
  return (
    <FailureNote
      error={error}
      action={
        isOpen(error) ? (
          <p className="text-sm text-ink">
            It may have been recorded. Sending it again settles that, and records it once.
          </p>
        ) : undefined
      }
    />
  );
}

function More({
  draft,
  change,
  fields,
}: {
  readonly draft: Draft;
  readonly change: (changed: Partial<Draft>) => void;
  readonly fields: Partial<Record<(typeof NAMES)[number], string>>;
}) {
  const isTold = fields.occurredAt !== undefined || fields.referenceId !== undefined;
  const startsOpen = useRef(isTold || draft.when !== undefined);
  const [open, setOpen] = useState(startsOpen.current);
  return (
    <details open={open || isTold} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-sm text-muted">When and why</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-2">
        <TextField
          label="When"
          type="datetime-local"
          step={1}
          value={draft.when ?? ""}
          onChange={(event) => change({ when: event.target.value })}
          hint="Now, unless you say."
          error={timeFault(fields.occurredAt, draft.when)}
        />
        <TextField
          label="Reference"
          value={draft.referenceId ?? ""}
          onChange={(event) => change({ referenceId: event.target.value })}
          hint="A delivery note, an order."
          error={fields.referenceId}
        />
      </div>
    </details>
  );
}

/** A refused "now" is this device's, whose clock nobody else can set. */
function timeFault(fault: string | undefined, when: string | undefined): string | undefined {
  if (fault === undefined || (when !== undefined && when !== "")) return fault;
  return `${fault} This device's clock may be wrong: set it right, or say here when it was.`;
}

/** What the form holds, as of now when it does not say when. */
export function deedOf({ when, ...draft }: Draft): Deed {
  const occurredAt = when === undefined || when === "" ? new Date() : new Date(when);
  return { toLocationId: "", referenceId: "", ...draft, occurredAt: occurredAt.toISOString() };
}

/** The request as it is sent. What nobody knows the outcome of is sent again as it was (L6). */
function reportOf(draft: Draft, others: readonly Location[], refused: Refused | undefined): Report {
  const { when, ...rest } = draft;
  const before = refused?.report;
  const kept = before !== undefined && isOpen(refused?.error) ? before.deed.occurredAt : undefined;
  const given = when === undefined || when === "" ? undefined : new Date(when).toISOString();
  const deed: Deed = {
    referenceId: "",
    ...rest,
    toLocationId: draft.toLocationId ?? others[0]?.id ?? "",
    occurredAt: given ?? kept ?? new Date().toISOString(),
  };
  const isSame = before !== undefined && JSON.stringify(before.deed) === JSON.stringify(deed);
  return isSame && isOpen(refused?.error) ? before : prepareReport(deed, when);
}
