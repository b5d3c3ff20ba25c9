import type uPlot from "uplot";
import { tellQuantity } from "../../components/quantity.tsx";

const DAY_SECONDS = 86_400;
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const year = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric" });

/** Time below, quantity at the left, in the theme's colours. */
export function axesOf(element: Element): uPlot.Axis[] {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  const look = {
    stroke: of("--muted"),
    grid: { stroke: of("--line"), width: 1 },
    ticks: { stroke: of("--line"), width: 1, size: 5 },
    font: `12px ${style.fontFamily}`,
  };
  return [
    { ...look, space: 90, values: (_, splits, __, ___, step) => splits.map(tell(step)) },
    {
      ...look,
      size: 64,
      // Whole numbers and halves are as fine as an axis needs to be.
      values: (_, splits) => splits.map((value) => tellQuantity(String(Number(value.toFixed(5))))),
    },
  ];
}

function tell(step: number): (seconds: number) => string {
  const format =
    step >= 28 * DAY_SECONDS
      ? year
      : step >= DAY_SECONDS
        ? day
        : step >= 60
          ? clock
          : clockWithSeconds;
  return (seconds) => {
    const date = new Date(seconds * 1_000);
    // Midnight says which day begins.
    const isMidnight = step < DAY_SECONDS && date.getHours() === 0 && date.getMinutes() === 0;
    return (isMidnight ? day : format).format(date);
  };
}
