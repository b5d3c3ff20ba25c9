import { TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import type { NotThere } from "./later.tsx";
import { Loading } from "./standing.tsx";

const BEGUN_ANEW = "bincard.begun-anew";
const ONCE_MILLISECONDS = 60_000;

/** Whether the server answers: then what did not come has gone, most likely with a newer console. */
async function serverAnswers(): Promise<boolean> {
  return fetch("/theme.js", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function useServerAnswers(): boolean | undefined {
  const [answers, setAnswers] = useState<boolean>();
  useEffect(() => {
    let isGone = false;
    void serverAnswers().then((found) => isGone || setAnswers(found));
    return () => {
      isGone = true;
    };
  }, []);
  return answers;
}

/** Why a part of the console is not there, and what helps: another try, or the page anew. */
export function LoadFault({ onRetry }: NotThere) {
  const answers = useServerAnswers();
  return (
    <div role="alert" className="flex gap-3 rounded-lg bg-danger-soft p-4 text-sm text-danger">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 space-y-1">
        <p className="font-semibold">This part of the console did not come</p>
        <p className="text-ink">
          {answers === true
            ? "The console was probably renewed since this page was opened. Load the page anew: what is on the screen stands in its address."
            : "The server cannot be reached. Check the connection, then try again."}
        </p>
        <div className="flex flex-wrap gap-2 pt-2 text-ink">
          {answers === true ? (
            <Button look="primary" onClick={() => location.reload()}>
              Load the page anew
            </Button>
          ) : null}
          <Button onClick={onRetry}>Try again</Button>
        </div>
      </div>
    </div>
  );
}

/** The same where a window would be; Escape and a button close it. */
export function WindowFault({ onRetry, onClose }: NotThere & { readonly onClose: () => void }) {
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => key === "Escape" && onClose();
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [onClose]);
  return (
    <div className="fixed top-[12vh] left-1/2 z-50 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 space-y-3 rounded-xl border border-line bg-surface p-4 text-left whitespace-normal shadow-raised">
      <LoadFault onRetry={onRetry} />
      <Button look="quiet" onClick={onClose}>
        Close
      </Button>
    </div>
  );
}

/**
 * The same where a screen would be. Whoever goes to another screen leaves nothing behind on this one, so a page that
 * is older than the server's begins anew by itself, once.
 */
export function ScreenFault({ onRetry }: NotThere) {
  const answers = useServerAnswers();
  const isOld = answers === true && !begunAnewJustNow();
  useEffect(() => {
    if (!isOld) return;
    sessionStorage.setItem(BEGUN_ANEW, String(Date.now()));
    location.reload();
  }, [isOld]);
  if (answers === undefined || isOld) return <Loading />;
  return (
    <div className="mx-auto max-w-xl p-6">
      <LoadFault onRetry={onRetry} />
    </div>
  );
}

function begunAnewJustNow(): boolean {
  return Date.now() - Number(sessionStorage.getItem(BEGUN_ANEW) ?? 0) < ONCE_MILLISECONDS;
}
