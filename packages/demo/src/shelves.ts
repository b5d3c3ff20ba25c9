/** What is really there, whatever was written down. Thousandths. */
export class Shelves {
  readonly #stock = new Map<string, number>();

  at(locationId: string, variationId: string): number {
    return this.#stock.get(`${locationId} ${variationId}`) ?? 0;
  }

  put(locationId: string, variationId: string, quantity: number): void {
    this.#stock.set(`${locationId} ${variationId}`, this.at(locationId, variationId) + quantity);
  }
}
