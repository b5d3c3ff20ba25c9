import type { Merchant, Scope } from "@bincard/contracts";
import { Copy } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { say } from "../../components/toasts.tsx";
import { FormDialog } from "../../forms/form-dialog.tsx";
import { textIn } from "../../forms/text-in.ts";
import { bincard } from "../../ledger/client.ts";
import { SCOPE_WORDS, SCOPES } from "./scope-words.ts";

const USUAL: readonly Scope[] = [
  "INVENTORY_READ",
  "INVENTORY_WRITE",
  "ITEMS_READ",
  "MERCHANT_PROFILE_READ",
];

/** A token for an application. Its secret is shown once; only a hash of it is kept. */
export function TokenForm({
  merchant,
  onMade,
  onClose,
}: {
  readonly merchant: Pick<Merchant, "id" | "name">;
  readonly onMade: () => void;
  readonly onClose: () => void;
}) {
  const [scopes, setScopes] = useState<readonly Scope[]>(USUAL);
  const [secret, setSecret] = useState<string>();
  const inputOf = (given: FormData) => {
    const ends = textIn(given, "ends");
    return {
      merchantId: merchant.id,
      application: { name: textIn(given, "name") },
      scopes: [...scopes],
      ...(ends !== "" && { expiresAt: new Date(ends).toISOString() }),
    };
  };
  const send = async (input: ReturnType<typeof inputOf>) => {
    const { token } = await bincard.tokens.create(input);
    setSecret(token);
    onMade();
  };
  if (secret !== undefined) return <Shown secret={secret} onClose={onClose} />;
  return (
    <FormDialog
      title="New token"
      className="w-[min(40rem,calc(100vw-2rem))]"
      description={`For the ledger of ${merchant.name}.`}
      operation="tokens.create"
      fields={["name", "scopes", "expiresAt"]}
      inputOf={inputOf}
      send={send}
      submitWord="Make it"
      busyWord="Making…"
      onClose={onClose}
    >
      {(beside) => (
        <>
          <TextField
            label="Application"
            name="name"
            autoFocus
            error={beside.name}
            hint="Who it is for, such as “Till 2”. It signs every change it writes."
          />
          <Scopes scopes={scopes} error={beside.scopes} onChange={setScopes} />
          <TextField
            label="Ends"
            name="ends"
            type="datetime-local"
            error={beside.expiresAt}
            hint="Empty: until it is revoked."
          />
        </>
      )}
    </FormDialog>
  );
}

function Scopes({
  scopes,
  error,
  onChange,
}: {
  readonly scopes: readonly Scope[];
  readonly error: string | undefined;
  readonly onChange: (scopes: readonly Scope[]) => void;
}) {
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-error`} className="space-y-2">
      <legend className="mb-1 text-sm font-medium">What it may do</legend>
      {SCOPES.map((scope) => (
        <div key={scope} className="flex items-start gap-2.5">
          <input
            type="checkbox"
            id={`${id}-${scope}`}
            checked={scopes.includes(scope)}
            aria-describedby={`${id}-${scope}-note`}
            className="mt-0.5 size-4 shrink-0 accent-accent"
            onChange={({ currentTarget: { checked } }) =>
              onChange(SCOPES.filter((each) => (each === scope ? checked : scopes.includes(each))))
            }
          />
          <div className="flex min-w-0 grow flex-wrap items-baseline justify-between gap-x-3 text-sm">
            <label htmlFor={`${id}-${scope}`}>{SCOPE_WORDS[scope]}</label>
            <p id={`${id}-${scope}-note`} className="font-mono text-xs text-muted">
              {scope}
            </p>
          </div>
        </div>
      ))}
      <p id={`${id}-error`} className="text-xs text-danger empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}

function Shown({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      say({ title: "Copied" });
    } catch {
      // Pages that come over plain http may not: it stands there, selected, to be copied by hand.
      say({ title: "Copy it by hand", description: "This browser lets no page copy here." });
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Keep this token now"
      description="It is not shown again: only its hash is kept."
    >
      <div className="space-y-4">
        <TextField
          label="Token"
          value={secret}
          readOnly
          className="font-mono text-xs"
          onFocus={(event) => event.currentTarget.select()}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={() => void copy()}>
            <Copy aria-hidden className="size-4" />
            Copy
          </Button>
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
