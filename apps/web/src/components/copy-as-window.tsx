import { Tabs } from "@base-ui/react/tabs";
import { Check, Copy } from "lucide-react";
import { type RefObject, useState } from "react";
import { Anchored } from "./anchored.tsx";
import { Button } from "./button.tsx";
import { type Call, type Spelling, spellings } from "./copy-as.ts";

/** Three spellings of one call, beside the button that opened them. */
export function CopyAsWindow({
  calls,
  anchor,
  onClose,
}: {
  readonly calls: readonly Call[];
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}) {
  const [chosen, setChosen] = useState(0);
  const call = calls[chosen] ?? calls[0];
  return (
    <Anchored {...{ anchor, onClose }} title="The same, elsewhere" className="w-[34rem]">
      {calls.length < 2 ? null : (
        <select
          aria-label="Which call"
          value={chosen}
          onChange={({ target }) => setChosen(Number(target.value))}
          className="mb-2 h-8 w-full rounded-md border border-line-strong bg-surface px-2"
        >
          {calls.map(({ title, operation }, index) => (
            <option key={index} value={index}>
              {title ?? operation}
            </option>
          ))}
        </select>
      )}
      {call === undefined ? null : <SpellingTabs call={call} />}
    </Anchored>
  );
}

function SpellingTabs({ call }: { readonly call: Call }) {
  const all = spellings(call, location.origin);
  return (
    <Tabs.Root defaultValue="CLI">
      <Tabs.List className="mb-2 flex gap-1" aria-label="Spelling">
        {all.map(({ name }) => (
          <Tabs.Tab
            key={name}
            value={name}
            className="rounded-md px-2.5 py-1 text-muted data-active:bg-sunken data-active:font-medium data-active:text-ink"
          >
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {all.map((spelling) => (
        <Tabs.Panel key={spelling.name} value={spelling.name}>
          <Code {...spelling} />
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}

function Code({ name, text }: Spelling) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="relative">
      <pre
        // A long line is scrolled to by keyboard, too.
        tabIndex={0}
        role="region"
        aria-label={`As ${name}`}
        className="max-h-60 overflow-auto rounded-md bg-sunken p-3 pr-24 font-mono text-xs leading-relaxed select-all"
      >
        {text}
      </pre>
      {navigator.clipboard === undefined ? null : (
        <Button
          className="absolute top-1.5 right-1.5 h-7"
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {copied ? (
            <Check aria-hidden className="size-3.5" />
          ) : (
            <Copy aria-hidden className="size-3.5" />
          )}
          {copied ? "Copied" : "Copy"}
        </Button>
      )}
    </div>
  );
}
