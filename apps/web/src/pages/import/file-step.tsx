import { clsx } from "clsx";
import { FileUp } from "lucide-react";
import { useId, useState } from "react";
import type { Opened } from "./opened.ts";

/** Where the file comes from: chosen, or dropped. */
export function FileStep({
  opened,
  fault,
  onChoose,
}: {
  readonly opened: Opened | undefined;
  readonly fault: string | undefined;
  readonly onChoose: (file: File) => void;
}) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  return (
    <section aria-label="File" className="space-y-3">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const [file] = event.dataTransfer.files;
          if (file !== undefined) onChoose(file);
        }}
        className={clsx(
          "flex flex-wrap items-center gap-4 rounded-lg border border-dashed p-5",
          isOver ? "border-accent bg-accent-soft" : "border-line-strong bg-surface",
        )}
      >
        <FileUp aria-hidden className="size-5 text-muted" />
        <div className="min-w-0 grow">
          <label htmlFor={id} className="block text-sm font-medium">
            CSV file
          </label>
          <p className="text-xs text-muted">
            {opened === undefined ? "Choose one, or drop it here." : opened.source.name}
          </p>
        </div>
        <input
          id={id}
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          aria-describedby={`${id}-note`}
          aria-invalid={fault !== undefined || undefined}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            // The same file again, once it was mended, is chosen again.
            event.currentTarget.value = "";
            if (file !== undefined) onChoose(file);
          }}
          className="max-w-full text-sm file:mr-3 file:h-9 file:cursor-pointer file:rounded-md file:border file:border-solid file:border-line file:bg-surface file:px-3.5 file:text-sm file:font-medium file:text-ink"
        />
      </div>
      <p id={`${id}-note`} role="alert" className="text-sm text-danger empty:hidden">
        {fault}
      </p>
      {opened === undefined ? null : <FirstRows opened={opened} />}
    </section>
  );
}

function FirstRows({ opened: { columns, firstRows } }: { readonly opened: Opened }) {
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="First rows"
      className="overflow-x-auto rounded-lg border border-line"
    >
      <table className="w-full text-left text-xs">
        <caption className="sr-only">The first rows of the file</caption>
        <thead className="bg-sunken text-muted">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="bg-surface">
          {firstRows.map((fields, row) => (
            <tr key={row} className="border-t border-line">
              {fields.map((field, at) => (
                <td key={at} className="max-w-60 truncate px-3 py-1.5 whitespace-nowrap">
                  {field}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
