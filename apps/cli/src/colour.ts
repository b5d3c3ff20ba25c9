import { styleText } from "node:util";
import type { Io, Sink } from "./io.ts";

export type Tone = "bold" | "red" | "green" | "yellow" | "dim";
export type Paint = (tone: Tone, text: string) => string;

/** Colour on a terminal only, and never where NO_COLOR is set; it never says what the words do not. */
export function painter(io: Io, sink: Sink): Paint {
  const wanted =
    sink.isTTY === true && (io.env["NO_COLOR"] ?? "") === "" && io.env["TERM"] !== "dumb";
  return (tone, text) => (wanted ? styleText(tone, text, { validateStream: false }) : text);
}
