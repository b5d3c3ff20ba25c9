import { Button } from "../../components/button.tsx";
import type { TellShare } from "./csv-source.ts";

/** How much of a file is done, and a way out. */
export function Share({ share, onStop }: { readonly share: number; readonly onStop?: () => void }) {
  return (
    <div className="flex min-w-60 grow items-center gap-3">
      <progress aria-label="Reading the file" value={share} className="h-2 grow accent-accent" />
      <p className="w-12 text-right text-sm tabular-nums text-muted">{Math.round(share * 100)} %</p>
      {onStop === undefined ? null : <Button onClick={onStop}>Stop</Button>}
    </div>
  );
}

/** Tells only what can be seen: a page is not drawn for every piece of a file. */
export function hundredths(tell: TellShare): TellShare {
  let told = -1;
  return (share) => {
    const hundredth = Math.floor(share * 100);
    if (hundredth === told) return;
    told = hundredth;
    tell(hundredth / 100);
  };
}
