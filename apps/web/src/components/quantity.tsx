import { clsx } from "clsx";
import type { CSSProperties, ReactNode } from "react";

/** A decimal for people: digits in groups, and a minus sign that is one. */
export function tellQuantity(quantity: string): string {
  const negative = quantity.startsWith("-");
  const [digits = "0", fraction = ""] = quantity.replace(/^[+-]/, "").split(".");
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${negative ? "\u2212" : ""}${grouped}${fraction === "" ? "" : `.${fraction}`}`;
}

function placesIn(quantity: string): number {
  const point = quantity.indexOf(".");
  return point === -1 ? 0 : quantity.length - point - 1;
}

/** How many places a column of these needs. */
export function placesOf(quantities: Iterable<string>): number {
  let places = 0;
  for (const quantity of quantities) places = Math.max(places, placesIn(quantity));
  return places;
}

/** Put on a column, it lets its numbers meet at their decimal point. */
export function atThePoint(places: number): CSSProperties & Record<"--places", string> {
  return { "--places": String(places) };
}

/** An exact decimal. In a column that carries `atThePoint`, it stands at the column's point. */
export function Quantity({
  value,
  signed = false,
  className,
}: {
  readonly value: string;
  /** A difference: what is above zero shows its plus. */
  readonly signed?: boolean;
  readonly className?: string;
}) {
  const plus = signed && value !== "0" && !value.startsWith("-") ? "+" : "";
  return (
    <span className={clsx("quantity", className)} {...roomAfter(placesIn(value))}>
      {plus}
      {tellQuantity(value)}
    </span>
  );
}

/** What stands where a quantity would, at the same place. */
export function NoQuantity({ children }: { readonly children: ReactNode }) {
  return (
    <span className="quantity" {...roomAfter(0)}>
      {children}
    </span>
  );
}

/** The room that is left for the places this one has not; style.css says how. */
function roomAfter(own: number) {
  const style: CSSProperties & Record<"--own", string> = { "--own": String(own) };
  return own === 0 ? { style, "data-whole": "" } : { style };
}
