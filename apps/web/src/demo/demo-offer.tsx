import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../components/button.tsx";
import { say } from "../components/toasts.tsx";
import { FailureNote } from "../failures.tsx";
import { readCatalog } from "../ledger/catalog-index.ts";
import { bincard } from "../ledger/client.ts";
import { counts } from "../ledger/counts.ts";
import { useSession } from "../session/session.ts";

const NEEDED = [
  "INVENTORY_READ",
  "INVENTORY_WRITE",
  "INVENTORY_BACKDATE",
  "ITEMS_WRITE",
  "MERCHANT_PROFILE_READ",
  "MERCHANT_PROFILE_WRITE",
] as const;

/** Something to look at in an empty ledger: the same that `bincard demo` puts there. */
export function DemoOffer() {
  const { info } = useSession();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<number>();
  const [error, setError] = useState<unknown>();
  if (NEEDED.some((scope) => !info.scopes.includes(scope))) return null;
  const load = async () => {
    setError(undefined);
    setProgress(0);
    try {
      const { loadDemo } = await import("@bincard/demo");
      const loaded = await loadDemo(bincard, {
        onProgress: (done, batches) => setProgress(done / batches),
      });
      say({
        title: "The demo is loaded",
        description: `${loaded.variations} items at ${loaded.locations} places, ${loaded.changes.toLocaleString()} changes of ninety days.`,
      });
      counts.forget();
      await Promise.all([readCatalog(), queries.invalidateQueries()]);
    } catch (thrown) {
      setError(thrown);
    }
    setProgress(undefined);
  };
  return (
    <div className="w-full max-w-sm space-y-3">
      {error === undefined ? null : <Fault error={error} />}
      {progress === undefined ? (
        <Button look="primary" onClick={() => void load()}>
          Load demo data
        </Button>
      ) : (
        <div className="space-y-1.5">
          <progress
            aria-label="Loading the demo"
            value={progress}
            className="h-2 w-full accent-accent"
          />
          <p role="status" className="text-sm text-muted">
            Ninety days of three places: {Math.round(progress * 100)} %
          </p>
        </div>
      )}
    </div>
  );
}

/** The demo's own refusals are sentences; the ledger's have a note of their own. */
function Fault({ error }: { readonly error: unknown }) {
  if (error instanceof Error && error.name === "DemoRefused")
    return (
      <p role="alert" className="text-sm text-danger">
        {error.message}
      </p>
    );
  return <FailureNote error={error} />;
}
