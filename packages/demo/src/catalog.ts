import type { InputOf } from "@bincard/client";

type Item = InputOf<"catalog.upsert">["objects"][number];

/** A variation, and how its stock goes. Quantities are whole thousandths: 250 is a quarter of a kilo. */
export interface Variation {
  readonly id: string;
  /** The shelf it stands on; shelves are counted together. */
  readonly shelf: string;
  /** Sold a day at a shop, as a rule. */
  readonly pace: number;
  /** What is sold at once. */
  readonly portion: number;
  /** Goes stale: what is left in the evening may be thrown away. */
  readonly isFresh: boolean;
}

interface Line {
  readonly name: string;
  readonly code: string;
  readonly pace: number;
  readonly kinds: readonly (readonly [name: string, code: string])[];
}
interface Shelf {
  readonly shelf: string;
  readonly lines: readonly Line[];
  readonly portion?: number;
  readonly isFresh?: true;
}

const sizes = [
  ["250 g", "250"],
  ["500 g", "500"],
  ["1 kg", "1KG"],
] as const;
const loose = [["Loose, by the kilo", "KG"]] as const;
const colours = [
  ["Cream", "CRM"],
  ["Blue", "BLU"],
  ["Moss", "MOS"],
  ["Terracotta", "TER"],
] as const;
const tins = [
  ["Tin 100 g", "T100"],
  ["Refill 250 g", "R250"],
] as const;
const shirt = [
  ["S", "S"],
  ["M", "M"],
  ["L", "L"],
  ["XL", "XL"],
] as const;
const one = [["Regular", "REG"]] as const;
const cups = [
  ["2 cups", "2C"],
  ["4 cups", "4C"],
  ["6 cups", "6C"],
] as const;
const bottles = [
  ["250 ml", "250"],
  ["750 ml", "750"],
] as const;

const line = (name: string, code: string, pace: number, kinds: Line["kinds"]): Line => ({
  name,
  code,
  pace,
  kinds,
});

/** A roastery with a shop on the high street, one by the river, and a warehouse. */
const SHELVES: readonly Shelf[] = [
  {
    shelf: "Coffee",
    lines: [
      line("House espresso", "ESP", 2.6, sizes),
      line("Breakfast blend", "BRK", 1.9, sizes),
      line("Guji natural", "GUJ", 1.1, sizes),
      line("Huila washed", "HUI", 0.9, sizes),
      line("Sumatra Gayo", "GAY", 0.6, sizes),
      line("Yirgacheffe", "YIR", 0.9, sizes),
      line("Decaf by water", "DEC", 0.5, sizes),
      line("Christmas roast", "XMS", 0.4, sizes),
      line("Antigua", "ANT", 0.4, sizes),
      line("Nyeri peaberry", "NYE", 0.3, sizes),
      line("Filter blend", "FIL", 1.0, sizes),
      line("Kayanza", "KAY", 0.3, sizes),
      line("Huehuetenango", "HUE", 0.3, sizes),
    ],
  },
  {
    shelf: "Loose",
    portion: 125,
    lines: [
      line("House espresso beans", "LESP", 3.2, loose),
      line("Filter beans of the week", "LFIL", 2.1, loose),
      line("Decaf beans", "LDEC", 0.7, loose),
      line("Assam leaves", "LASS", 0.8, loose),
      line("Sencha leaves", "LSEN", 0.6, loose),
      line("Drinking chocolate", "LCHO", 0.9, loose),
    ],
  },
  {
    shelf: "Tea",
    lines: [
      line("Assam", "ASS", 0.8, tins),
      line("Darjeeling first flush", "DAR", 0.5, tins),
      line("Earl Grey", "EAR", 1.0, tins),
      line("English breakfast", "ENG", 1.2, tins),
      line("Sencha", "SEN", 0.6, tins),
      line("Gunpowder", "GUN", 0.3, tins),
      line("Jasmine pearls", "JAS", 0.4, tins),
      line("Rooibos", "ROO", 0.6, tins),
      line("Chamomile", "CHA", 0.5, tins),
      line("Peppermint", "PEP", 0.7, tins),
      line("Lapsang souchong", "LAP", 0.2, tins),
      line("White peony", "WHI", 0.2, tins),
      line("Milk oolong", "OOL", 0.3, tins),
      line("Hibiscus", "HIB", 0.3, tins),
    ],
  },
  {
    shelf: "Bakery",
    isFresh: true,
    lines: [
      line("Butter croissant", "CRO", 14, one),
      line("Almond croissant", "ALM", 8, one),
      line("Cinnamon bun", "CIN", 11, one),
      line("Cardamom bun", "CAR", 7, one),
      line("Pain au chocolat", "PAC", 9, one),
      line("Banana bread", "BAN", 6, one),
      line("Carrot cake", "CRT", 5, one),
      line("Lemon drizzle", "LEM", 4, one),
      line("Oat cookie", "OAT", 8, one),
      line("Sourdough loaf", "SOU", 7, one),
      line("Rye loaf", "RYE", 4, one),
      line("Cheese scone", "SCO", 5, one),
    ],
  },
  {
    shelf: "Cups",
    lines: [
      line("Stoneware mug", "MUG", 0.7, colours),
      line("Espresso cup", "CUP", 0.5, colours),
      line("Flat white cup", "FLA", 0.4, colours),
      line("Cereal bowl", "BOW", 0.3, colours),
      line("Saucer", "SAU", 0.3, colours),
      line("Travel cup", "TRV", 0.8, colours),
      line("Milk jug", "JUG", 0.2, colours),
      line("Cake plate", "PLA", 0.3, colours),
      line("Egg cup", "EGG", 0.2, colours),
    ],
  },
  {
    shelf: "Brewing",
    lines: [
      line("Moka pot", "MOK", 0.3, cups),
      line("French press", "PRE", 0.3, cups),
      line("Pour-over cone", "CON", 0.4, cups),
      line("Glass server", "SER", 0.2, cups),
      line("Filter papers", "PAP", 1.6, cups),
      line("Gooseneck kettle", "KET", 0.15, colours),
      line("Hand grinder", "GRI", 0.2, one),
      line("Scales", "SCA", 0.15, one),
      line("Milk thermometer", "THE", 0.15, one),
      line("Descaler", "DES", 0.3, one),
      line("Cleaning brush", "BRU", 0.2, one),
      line("Tamper", "TAM", 0.1, one),
    ],
  },
  {
    shelf: "Pantry",
    lines: [
      line("Vanilla syrup", "VAN", 0.6, bottles),
      line("Hazelnut syrup", "HAZ", 0.5, bottles),
      line("Caramel syrup", "CMS", 0.5, bottles),
      line("Ginger cordial", "GIN", 0.4, bottles),
      line("Elderflower cordial", "ELD", 0.4, bottles),
      line("Cold brew", "COL", 1.5, bottles),
      line("Oat milk", "OTM", 2.2, bottles),
      line("Wildflower honey", "HON", 0.6, bottles),
      line("Raspberry jam", "JAM", 0.5, one),
      line("Fig jam", "FIG", 0.3, one),
      line("Lemon curd", "CUR", 0.4, one),
      line("Dark chocolate", "DRK", 1.4, one),
      line("Milk chocolate", "MLK", 1.2, one),
      line("Sea salt caramels", "SAL", 0.8, one),
      line("Granola", "GRA", 0.7, bottles),
    ],
  },
  {
    shelf: "Gifts",
    lines: [
      line("T-shirt", "TEE", 0.2, shirt),
      line("Sweatshirt", "SWE", 0.1, shirt),
      line("Canvas bag", "BAG", 0.5, colours),
      line("Tea towel", "TOW", 0.3, colours),
      line("Notebook", "NOT", 0.3, colours),
      line("Apron", "APR", 0.1, colours),
      line("Gift box", "BOX", 0.4, sizes),
      line("Candle", "CAN", 0.3, one),
      line("Postcard", "POS", 0.9, one),
      line("Enamel pin", "PIN", 0.3, one),
    ],
  },
];

/** Prefix of numbers that shops make themselves, and a check digit, so that a scanner takes it (EAN-13). */
function barcode(number: number): string {
  const digits = `20${String(number).padStart(10, "0")}`;
  const sum = Array.from(digits).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3),
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

let made = 0;
const shelved = SHELVES.flatMap(({ shelf, lines, portion = 1_000, isFresh = false }) =>
  lines.map(({ name, code, pace, kinds }) => {
    const variations = kinds.map(([kind, kindCode], at) => ({
      id: `demo-${code}-${kindCode}`,
      name: kind,
      sku: kinds.length === 1 ? code : `${code}-${kindCode}`,
      upc: barcode(1_000 + made++),
      // The first of a line is what people come for.
      goes: { shelf, pace: pace / (at + 1), portion, isFresh },
    }));
    return { id: `demo-${code}`, name, shelf, variations };
  }),
);

/** What `catalog.upsert` is given. */
export const CATALOG: readonly Item[] = shelved.map(({ id, name, shelf, variations }) => ({
  type: "ITEM",
  id,
  name,
  description: shelf,
  variations: variations.map(({ goes: _goes, ...variation }) => variation),
}));

export const VARIATIONS: readonly Variation[] = shelved.flatMap(({ variations }) =>
  variations.map(({ id, goes }) => ({ id, ...goes })),
);
