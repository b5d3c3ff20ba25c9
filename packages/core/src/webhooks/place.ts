/** Where a subscription's signature keys are kept, for the vault: a sealed key is of no use at another. */
export const placeOf = (merchantId: string, subscriptionId: string): string =>
  `${merchantId}/${subscriptionId}`;
