import { useEffect } from "react";
import { createPortal } from "react-dom";
import { useCatalog } from "../../ledger/catalog-index.ts";
import { fullName } from "../../ledger/variation.ts";
import type { Here } from "./here.ts";
import type { OpenSheet } from "./open-sheet.ts";
import "./printed-sheet.css";

/** The whole sheet for paper, with a box to write in. Only the printer sees it. */
export function PrintedSheet({
  here,
  sheet,
  stock,
  onPrinted,
}: {
  readonly here: Here;
  readonly sheet: OpenSheet;
  readonly stock: ReadonlyMap<string, string> | undefined;
  readonly onPrinted: () => void;
}) {
  const { byId } = useCatalog();
  useEffect(() => {
    addEventListener("afterprint", onPrinted, { once: true });
    const timer = setTimeout(() => print());
    return () => {
      clearTimeout(timer);
      removeEventListener("afterprint", onPrinted);
    };
  }, [onPrinted]);
  const ids = [...sheet.ids("all")];
  return createPortal(
    <div className="printed-sheet">
      <h1>
        {here.name}: {sheet.head.referenceId}
      </h1>
      <p>
        {ids.length.toLocaleString()} {ids.length === 1 ? "line" : "lines"} · Counted by
        ____________________ · Date ____________________
      </p>
      <table>
        <thead>
          <tr>
            <th>Item</th>
            <th>SKU</th>
            {stock === undefined ? null : <th className="number">Ledger</th>}
            <th className="number">Counted</th>
          </tr>
        </thead>
        <tbody>
          {ids.map((id) => {
            const variation = byId.get(id);
            return (
              <tr key={id}>
                <td>{variation === undefined ? id : fullName(variation)}</td>
                <td>{variation?.sku ?? ""}</td>
                {stock === undefined ? null : <td className="number">{stock.get(id) ?? "0"}</td>}
                <td className="box">{sheet.line(id)?.quantity ?? ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>,
    document.body,
  );
}
