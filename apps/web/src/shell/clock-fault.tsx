import { useSecondsAhead } from "../ledger/device-clock.ts";

/** Says when this device's clock is wrong: what is recorded here is dated by it, and a count would take in what it should not. */
export function ClockFault() {
  const ahead = useSecondsAhead();
  if (ahead === 0) return null;
  const side = ahead > 0 ? "ahead of" : "behind";
  return (
    <p role="alert" className="bg-warn-soft px-4 py-2 text-sm text-warn md:px-6">
      This device’s clock is {inWords(Math.abs(ahead))} {side} the server’s. What you record is
      dated by it: set it right before you receive, sell or count.
    </p>
  );
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
