const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** "22 Nov, 13:20:05" in the reader's own zone; the year where it is another one. */
export function tellMoment(time: string, now = new Date()): string {
  const date = new Date(time);
  const day = date.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR;
  return `${day.format(date)}, ${CLOCK.format(date)}`;
}

/** A moment for people; the exact one, to the microsecond, shows on hover. */
export function Moment({
  time,
  className,
}: {
  readonly time: string;
  readonly className?: string;
}) {
  return (
    <time dateTime={time} title={time} className={className}>
      {tellMoment(time)}
    </time>
  );
}
