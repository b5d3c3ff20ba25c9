/**
 * The records of Square's guide "Retrieve inventory changes", as its two sample answers print them: the
 * history of one variation, newest first, and of two variations, oldest first.
 */
export const VARIATION = "6F4K33KPNUVDWKZ43KUIFH6K";
export const OTHER_VARIATION = "IJBAQDICELYUAUTHM352X3AI";
export const LOCATION = "EF6D9SACKWBKZ";

export const APPLICATION = {
  id: "sandbox-sq0idb-_nrujCaIUWI1tG41i2rRuw",
  name: "Sandbox for sq0idp-oumq_1XqglftCHKsbhnvyw",
};
const source = {
  product: "EXTERNAL_API",
  application_id: APPLICATION.id,
  name: APPLICATION.name,
};

const received = {
  type: "ADJUSTMENT",
  adjustment: {
    id: "HA4STFR47RAEORFWXHOYPRG5",
    from_state: "NONE",
    to_state: "IN_STOCK",
    location_id: LOCATION,
    catalog_object_id: VARIATION,
    catalog_object_type: "ITEM_VARIATION",
    quantity: "100",
    occurred_at: "2020-12-18T21:10:00.12189Z",
    created_at: "2020-12-18T21:10:34.12189Z",
    source,
  },
};
const damaged = {
  type: "ADJUSTMENT",
  adjustment: {
    id: "L4UVSZ6XSLEMPKJI6IK4Y43Z",
    from_state: "IN_STOCK",
    to_state: "WASTE",
    location_id: LOCATION,
    catalog_object_id: VARIATION,
    catalog_object_type: "ITEM_VARIATION",
    quantity: "2",
    occurred_at: "2020-12-18T21:19:00.12189Z",
    created_at: "2020-12-18T21:19:51.12189Z",
    source,
  },
};
const otherCounted = {
  type: "PHYSICAL_COUNT",
  physical_count: {
    id: "YB3YFKVNO476NY3EFWHQDXB6",
    catalog_object_id: OTHER_VARIATION,
    catalog_object_type: "ITEM_VARIATION",
    state: "IN_STOCK",
    location_id: LOCATION,
    quantity: "75",
    source,
    occurred_at: "2020-12-18T21:56:00.12189Z",
    created_at: "2020-12-18T21:56:31.12189Z",
  },
};
const counted = {
  type: "PHYSICAL_COUNT",
  physical_count: {
    id: "NN3V72CNW2ZTHKUOM2HUIGNS",
    catalog_object_id: VARIATION,
    catalog_object_type: "ITEM_VARIATION",
    state: "IN_STOCK",
    location_id: LOCATION,
    quantity: "95",
    source,
    occurred_at: "2020-12-28T21:28:01.12289Z",
    created_at: "2020-12-29T01:30:14.12291Z",
  },
};

/** The answer of RetrieveInventoryChanges for `VARIATION`. */
export const ONE_HISTORY = [counted, damaged, received];
/** The answer of BatchRetrieveInventoryChanges for both variations. */
export const BOTH_HISTORIES = [received, damaged, otherCounted, counted];
