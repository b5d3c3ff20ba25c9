import { canonicalTime, LIMITS, STATES } from "@bincard/contracts";
import * as z from "zod";
import { ImportFault } from "./fault.ts";

/** Text with columns in braces: `{Order ID}/{Row ID}`. */
const template = z.string().min(1);
const state = z.enum(STATES);

const time = z.strictObject({
  from: template,
  /** Tried in turn. "RFC3339" is a full time with its zone. */
  formats: z.array(z.string().min(1)).min(1).default(["RFC3339"]),
  /** For formats without a time of day. */
  timeOfDay: z
    .string()
    .regex(
      /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/,
      'must be a time of day such as "12:00"',
    )
    .default("12:00"),
  /** "UTC", "+02:00" or an IANA name such as "Europe/Berlin". */
  zone: z.string().min(1).default("UTC"),
});
export type TimeRule = z.infer<typeof time>;

const place = z.union([
  z.strictObject({ id: template }),
  /** `create`: one that is missing is made. */
  z.strictObject({ name: template, create: z.boolean().default(false) }),
]);
export type PlaceRule = z.infer<typeof place>;

const item = z.union([
  z.strictObject({ id: template }),
  z.strictObject({
    sku: template,
    /** What to call an item that is made; its SKU when left out. The first name of a SKU is taken. */
    name: template.optional(),
    create: z.boolean().default(false),
  }),
]);
export type ItemRule = z.infer<typeof item>;

/** What a cell must be: this text, one of these, or as said. Numbers are compared exactly. */
const decimal = z.string().regex(/^-?\d+(\.\d{1,5})?$/, 'must be a decimal as text, such as "0"');
const condition = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({ matches: z.string().min(1) }),
  z.strictObject({ not: z.union([z.string(), z.array(z.string()).min(1)]) }),
  z.strictObject({ above: decimal }),
  z.strictObject({ below: decimal }),
  z.strictObject({ empty: z.boolean() }),
]);
export type Condition = z.infer<typeof condition>;

const said = {
  /** Column by column; all must hold. */
  when: z.record(z.string(), condition).optional(),
  quantity: z.union([
    template,
    /** Without its sign: for files that write a return as -2. */
    z.strictObject({ absolute: template }),
  ]),
  location: place.optional(),
  time: time.optional(),
  reference: template.optional(),
  employee: template.optional(),
};
const change = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("receive"),
    ...said,
    from: z.enum(["NONE", "UNLINKED_RETURN"]).default("NONE"),
  }),
  z.strictObject({ kind: z.literal("sell"), ...said }),
  z.strictObject({
    kind: z.literal("waste"),
    ...said,
    from: z.enum(["IN_STOCK", "UNLINKED_RETURN"]).default("IN_STOCK"),
  }),
  z.strictObject({
    kind: z.literal("count"),
    ...said,
    state: z.enum(["IN_STOCK", "WASTE"]).default("IN_STOCK"),
  }),
  z.strictObject({ kind: z.literal("move"), ...said, to: place }),
  z.strictObject({ kind: z.literal("adjust"), ...said, fromState: state, toState: state }),
]);
export type ChangeRule = z.infer<typeof change>;

const opening = z.strictObject({
  /** The same for each item and location, or "sold": what the file sells there. */
  quantity: z.union([z.literal("sold"), decimal]),
  /** Added to what the file sells. */
  plus: decimal.optional(),
  /** One time for all; else one second before the first change of that item and location. */
  at: z
    .string()
    .refine((text) => canonicalTime(text) !== undefined, "must be an RFC 3339 time with a zone")
    .optional(),
  reference: z.string().min(1).optional(),
});
export type OpeningRule = z.infer<typeof opening>;

const map = z.strictObject({
  /** Of this format. */
  version: z.literal(1),
  /**
   * Part of the idempotency keys. Two maps that take different things from one file need two names; a map
   * that was mended keeps its name, so that nothing is taken twice.
   */
  name: z
    .string()
    .max(LIMITS.importMapNameCharacters)
    .regex(/^[\w.-]+$/, "must be letters, digits, . _ or -")
    .default("import"),
  about: z.string().optional(),
  csv: z
    .strictObject({
      delimiter: z.string().length(1).default(","),
      encoding: z.enum(["utf8", "latin1", "utf16le"]).default("utf8"),
    })
    .default({ delimiter: ",", encoding: "utf8" }),
  item,
  location: place,
  time,
  changes: z.array(change).min(1).max(LIMITS.importMapRules),
  /** What becomes of a row that no rule takes. */
  otherwise: z.enum(["reject", "skip"]).default("reject"),
  opening: opening.optional(),
});
/** How the rows of a file become changes. */
export type ImportMap = z.infer<typeof map>;

/** @throws ImportFault BAD_MAP that names every fault with its place. */
export function parseMap(text: string, source: string): ImportMap {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw badMap(source, error instanceof Error ? error.message : "is not JSON");
  }
  const parsed = map.safeParse(given);
  if (parsed.success) return parsed.data;
  throw badMap(source, z.prettifyError(parsed.error));
}

export function badMap(source: string, what: string): ImportFault {
  return new ImportFault(
    "BAD_MAP",
    `${source}: ${what}`,
    "the format of a map is described in docs/reference/import-map.md",
  );
}
