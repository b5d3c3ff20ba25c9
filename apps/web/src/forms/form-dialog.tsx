import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { CopyAs } from "../components/copy-as-button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { besideFields, FailureNote } from "../failures.tsx";

/**
 * A form in a window, for one call of the API. What the ledger refuses stands beside its field, or below them; the window
 * stays until the call went through, and whoever opened it closes it.
 */
export function FormDialog<Input extends object, Field extends string>({
  title,
  description,
  className,
  operation,
  fields,
  inputOf,
  send,
  submitWord,
  busyWord = submitWord,
  onClose,
  children,
}: {
  readonly title: string;
  readonly description: string;
  readonly className?: string;
  /** Such as "tokens.create". */
  readonly operation: string;
  /** By their names in the input. */
  readonly fields: readonly Field[];
  readonly inputOf: (given: FormData) => Input;
  readonly send: (input: Input) => Promise<void>;
  readonly submitWord: string;
  readonly busyWord?: string;
  readonly onClose: () => void;
  /** The fields, with what is said beside each. */
  readonly children: (beside: Partial<Record<Field, string>>) => ReactNode;
}) {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    setBusy(true);
    setError(undefined);
    try {
      await send(input);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const beside = besideFields(error, fields).fields;
  const isBeside = Object.keys(beside).length > 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      {...(className !== undefined && { className })}
    >
      <form ref={form} className="space-y-4" onSubmit={(event) => void submit(event)}>
        {children(beside)}
        {error === undefined || isBeside ? null : <FailureNote error={error} />}
        <div className="flex justify-end gap-2">
          <CopyAs
            look="quiet"
            call={() => ({ operation, input: inputOf(new FormData(form.current ?? undefined)) })}
          />
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            {isBusy ? busyWord : submitWord}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
