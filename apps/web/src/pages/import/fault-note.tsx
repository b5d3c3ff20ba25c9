import { ImportFault } from "@bincard/import";
import { FailureNote } from "../../failures.tsx";

/** Why the file cannot be imported at all: the import's own sentence, or the ledger's. */
export function FaultNote({ error }: { readonly error: unknown }) {
  if (!(error instanceof ImportFault)) return <FailureNote error={error} />;
  return (
    <div role="alert" className="space-y-1 rounded-lg bg-danger-soft p-4 text-sm">
      <p className="font-semibold whitespace-pre-wrap text-danger">{error.message}</p>
      {error.hint === undefined ? null : <p>{error.hint}</p>}
    </div>
  );
}
