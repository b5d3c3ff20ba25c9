import type { Bincard } from "@bincard/client";
import type { CatalogObject } from "@bincard/contracts";
import { ONLY_VARIATION } from "@bincard/import/only-variation";
import { askCatalog } from "./asking.ts";
import { walk } from "./listing.ts";
import { allLocations } from "./named-location.ts";
import { unlessOutOfScope } from "./out-of-scope.ts";

/** A row with what people call the things it names by id. */
export interface Named<Row> {
  readonly row: Row;
  readonly sku: string | undefined;
  readonly item: string | undefined;
  /** Names of the row's locations, in its own order. */
  readonly location: (index: number) => string | undefined;
}

interface Ids {
  readonly item: string;
  readonly locations: readonly string[];
}

/**
 * Looks names up a page of rows at a time and remembers them. Where the token may not read the catalog or
 * the locations, the names are simply missing.
 */
export class Names {
  readonly #client: Bincard;
  readonly #objects = new Map<string, CatalogObject>();
  #locations: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(client: Bincard) {
    this.#client = client;
  }

  async of<Row>(rows: readonly Row[], idsOf: (row: Row) => Ids): Promise<Named<Row>[]> {
    await this.#learn(rows.map((row) => idsOf(row).item));
    const locations = await this.#locationNames();
    return rows.map((row) => {
      const ids = idsOf(row);
      const object = this.#objects.get(ids.item);
      return {
        row,
        sku: object?.type === "ITEM_VARIATION" ? object.sku : undefined,
        item: this.itemName(object),
        location: (index) => locations.get(ids.locations[index] ?? ""),
      };
    });
  }

  /** Rows of the catalog with the name of the item each is or belongs to. */
  async ofObjects(
    objects: readonly CatalogObject[],
  ): Promise<{ object: CatalogObject; item: string | undefined }[]> {
    for (const object of objects) this.#objects.set(object.id, object);
    await this.#learn(
      objects.flatMap((object) => (object.type === "ITEM_VARIATION" ? [object.itemId] : [])),
    );
    return objects.map((object) => {
      const item = object.type === "ITEM" ? object : this.#objects.get(object.itemId);
      return { object, item: item?.name };
    });
  }

  /** `Blue mug`, or `T-shirt, Small` where the variation says more than the item. */
  itemName(object: CatalogObject | undefined): string | undefined {
    if (object?.type !== "ITEM_VARIATION") return object?.name;
    const item = this.#objects.get(object.itemId)?.name;
    if (item === undefined || item === object.name) return object.name;
    return object.name === ONLY_VARIATION ? item : `${item}, ${object.name}`;
  }

  async #learn(ids: readonly string[]): Promise<void> {
    const found = await this.#fetch(ids);
    await this.#fetch(
      found.flatMap((object) => (object.type === "ITEM_VARIATION" ? [object.itemId] : [])),
    );
  }

  async #fetch(ids: readonly string[]): Promise<CatalogObject[]> {
    const unknown = [...new Set(ids)].filter((id) => !this.#objects.has(id));
    if (unknown.length === 0) return [];
    const ask = askCatalog(this.#client, { ids: unknown, includeDeleted: true });
    const found: CatalogObject[] = [];
    const all = (async () => {
      for await (const page of walk(ask, { most: Infinity })) found.push(...page.items);
    })();
    await unlessOutOfScope(all);
    for (const object of found) this.#objects.set(object.id, object);
    return found;
  }

  #locationNames(): Promise<ReadonlyMap<string, string>> {
    this.#locations ??= allLocations(this.#client).then(
      (known) => new Map(known?.map(({ id, name }) => [id, name])),
    );
    return this.#locations;
  }
}
