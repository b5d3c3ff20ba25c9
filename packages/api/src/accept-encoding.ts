type Encoding = "gzip" | "br";

const weighed = (encoding: Encoding) =>
  new RegExp(`^\\s*${encoding}\\s*(?:;\\s*q=(?:1(?:\\.0*)?|0?\\.\\d*[1-9]\\d*)\\s*)?$`, "i");
const NAMED: Readonly<Record<Encoding, RegExp>> = { gzip: weighed("gzip"), br: weighed("br") };

/** Whether an Accept-Encoding header names it, with any weight but 0 (RFC 9110). What "*" may stand for is not sent. */
export function takesEncoding(header: string | null | undefined, encoding: Encoding): boolean {
  return (header ?? "").split(",").some((coding) => NAMED[encoding].test(coding));
}
