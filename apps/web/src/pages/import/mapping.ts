/** What each column means, as a form says it. "" where nothing is chosen. */
export interface Mapping {
  readonly kind: "count" | "receive" | "sell" | "waste";
  readonly itemBy: "sku" | "id";
  readonly item: string;
  readonly createItems: boolean;
  /** What to call items that are made. */
  readonly itemName: string;
  /** One location for the whole file, or its column. */
  readonly placeBy: "one" | "column";
  readonly place: string;
  readonly placeColumn: string;
  readonly createPlaces: boolean;
  readonly quantity: string;
  /** "" for the moment of the import. */
  readonly time: string;
  readonly timeFormat: string;
  readonly zone: string;
  readonly reference: string;
  readonly delimiter: string;
  readonly encoding: "utf8" | "latin1" | "utf16le";
}

export const TIME_FORMATS = [
  ["RFC3339", "2026-11-22T09:30:00Z"],
  ["YYYY-MM-DD HH:mm:ss", "2026-11-22 09:30:00"],
  ["YYYY-MM-DD HH:mm", "2026-11-22 09:30"],
  ["YYYY-MM-DD", "2026-11-22"],
  ["D.M.YYYY", "22.11.2026"],
  ["D/M/YYYY", "22/11/2026"],
  ["M/D/YYYY", "11/22/2026"],
  ["M/D/YYYY H:mm A", "11/22/2026 9:30 AM"],
] as const;

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The delimiter that cuts the heading into the most columns. */
export function guessDelimiter(heading: string): string {
  const [best = ","] = DELIMITERS.toSorted(
    (a, b) => heading.split(b).length - heading.split(a).length,
  );
  return best;
}

/** What the columns probably mean, by their names and by the first row. */
export function guessMapping(
  columns: readonly string[],
  {
    row,
    zone,
    places,
  }: {
    readonly row: ReadonlyMap<string, string>;
    readonly zone: string;
    readonly places: readonly string[];
  },
): Mapping {
  const find = (...patterns: readonly RegExp[]): string => {
    for (const pattern of patterns) {
      const found = columns.find((column) => pattern.test(column));
      if (found !== undefined) return found;
    }
    return "";
  };
  const item = find(/^sku$/i, /\bsku\b/i, /(item|product|article).*(code|no|number|id)/i, /code/i);
  const placeColumn = find(/location|store|shop|warehouse|site|branch/i);
  const time = find(/time|occurred/i, /date|when|day/i);
  const format = time === "" ? undefined : formatOf(row.get(time) ?? "");
  const [only] = places;
  return {
    kind: "count",
    itemBy: "sku",
    item,
    createItems: false,
    itemName: find(/name|title|description|product|item/i),
    placeBy: placeColumn === "" ? "one" : "column",
    place: places.length === 1 && only !== undefined ? only : "",
    placeColumn,
    createPlaces: false,
    quantity: find(/qty|quantity|count(ed)?|on.?hand|stock|amount|units/i),
    time: format === undefined ? "" : time,
    timeFormat: format ?? "RFC3339",
    zone,
    reference: find(/reference|\bref\b|order|receipt|document/i),
    delimiter: ",",
    encoding: "utf8",
  };
}

const SHAPES: Readonly<Record<string, RegExp>> = {
  RFC3339: /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/,
  "YYYY-MM-DD HH:mm:ss": /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  "YYYY-MM-DD HH:mm": /^\d{4}-\d\d-\d\d \d\d:\d\d$/,
  "YYYY-MM-DD": /^\d{4}-\d\d-\d\d$/,
  "D.M.YYYY": /^\d{1,2}\.\d{1,2}\.\d{4}$/,
  "D/M/YYYY": /^(1[3-9]|2\d|3[01])\/\d{1,2}\/\d{4}$/,
  "M/D/YYYY": /^\d{1,2}\/\d{1,2}\/\d{4}$/,
  "M/D/YYYY H:mm A": /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d [AaPp][Mm]$/,
};

function formatOf(text: string): string | undefined {
  return TIME_FORMATS.map(([format]) => format).find((format) => SHAPES[format]?.test(text.trim()));
}

/** What is still to be said, by field. */
export function missingIn(mapping: Mapping): Partial<Record<keyof Mapping, string>> {
  return {
    ...(mapping.item === "" && { item: "Which column names the item?" }),
    ...(mapping.quantity === "" && { quantity: "Which column is the number?" }),
    ...(mapping.placeBy === "one" && mapping.place === "" && { place: "Where is it?" }),
    ...(mapping.placeBy === "column" &&
      mapping.placeColumn === "" && { placeColumn: "Which column says where?" }),
  };
}

const inBraces = (column: string) => `{${column}}`;

/**
 * The map that the CLI takes, too. `now` is the time of rows that have none. An empty quantity leaves things alone;
 * so does a row that is not in the file.
 */
export function mapOf(mapping: Mapping, now: string): object {
  const item =
    mapping.itemBy === "id"
      ? { id: inBraces(mapping.item) }
      : {
          sku: inBraces(mapping.item),
          create: mapping.createItems,
          ...(mapping.createItems &&
            mapping.itemName !== "" && { name: inBraces(mapping.itemName) }),
        };
  const location =
    mapping.placeBy === "one"
      ? { id: mapping.place.replaceAll(/[{}]/g, "$&$&") }
      : { name: inBraces(mapping.placeColumn), create: mapping.createPlaces };
  return {
    version: 1,
    csv: { delimiter: mapping.delimiter, encoding: mapping.encoding },
    item,
    location,
    time:
      mapping.time === ""
        ? { from: now, formats: ["RFC3339"] }
        : { from: inBraces(mapping.time), formats: [mapping.timeFormat], zone: mapping.zone },
    changes: [
      {
        kind: mapping.kind,
        quantity: inBraces(mapping.quantity),
        when: { [mapping.quantity]: { empty: false } },
        ...(mapping.reference !== "" && { reference: inBraces(mapping.reference) }),
      },
    ],
    otherwise: "skip",
  };
}
