import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

/** Looks while it is typed; whoever listens hears of it a moment later. */
export function SearchBox({
  label,
  placeholder,
  value,
  onSearch,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // A view or the back button has changed it from outside.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = text;
      onSearch(text);
    }, 120);
    return () => clearTimeout(timer);
  }, [text, onSearch]);
  return (
    <div className="relative shrink-0">
      <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={({ target }) => setText(target.value)}
        className="h-8 w-56 rounded-md border border-line-strong bg-surface pr-2 pl-8 text-sm"
      />
    </div>
  );
}
