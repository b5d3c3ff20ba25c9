import { useState } from "react";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { failuresOf, tellFailure } from "../failures.tsx";
import { signIn } from "../session/session.ts";
import { Mark } from "./mark.tsx";

/** Where nobody is signed in. The token becomes an http-only cookie; the page keeps nothing of it. */
export function SignInPage() {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (token: string) => {
    if (token === "") return setError("Paste a token first.");
    setBusy(true);
    setError(undefined);
    try {
      await signIn(token);
    } catch (thrown) {
      const { title, message } = tellFailure(thrown);
      // That nobody is signed in is plain to see: what is wrong with the token is news.
      setError(failuresOf(thrown).length > 0 ? message : `${title}. ${message}`);
    }
    setBusy(false);
  };
  return (
    <main className="grid h-full place-items-center overflow-auto p-4">
      <form
        className="w-full max-w-sm space-y-5 rounded-xl border border-line bg-surface p-7 shadow-raised"
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget).get("token");
          void submit(typeof given === "string" ? given.trim() : "");
        }}
      >
        <Mark />
        <div>
          <h1 className="text-lg font-semibold">Sign in</h1>
          <p className="mt-1 text-sm text-muted">
            With a token of your ledger. Its scopes decide what you see and may do here.
          </p>
        </div>
        <TextField
          label="Token"
          name="token"
          type="password"
          autoFocus
          spellCheck={false}
          className="font-mono"
          error={error}
          hint="The first start of a server prints one."
        />
        <Button type="submit" look="primary" className="w-full" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </Button>
        <p className="border-t border-line pt-4 text-xs text-muted">
          At a terminal, <code className="font-mono text-ink">bincard console</code> opens this page
          signed in.
        </p>
      </form>
    </main>
  );
}
