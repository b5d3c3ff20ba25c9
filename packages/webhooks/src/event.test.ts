import { expect, test } from "vitest";
import { eventBody } from "./event.ts";

test("Square's payload, as its documentation shows it", () => {
  const id = "df5f3813-a913-45a1-94e9-fdc3f7d5e3b6";
  const body = eventBody({
    id,
    merchantId: "6SSW7HV8K2ST5",
    type: "inventory.count.updated",
    createdAt: "2026-10-29T18:38:45.455006Z",
    counts: [
      {
        catalogObjectId: "FGQ5JJWT2PYTHF35CKZ2DSKP",
        catalogObjectType: "ITEM_VARIATION",
        locationId: "YYQR03DGCTXA4",
        state: "IN_STOCK",
        quantity: "10",
        calculatedAt: "2026-10-29T18:38:45.10296Z",
      },
    ],
  });
  expect(JSON.parse(body)).toEqual({
    merchant_id: "6SSW7HV8K2ST5",
    type: "inventory.count.updated",
    event_id: id,
    created_at: "2026-10-29T18:38:45.455006Z",
    data: {
      type: "inventory_counts",
      id,
      object: {
        inventory_counts: [
          {
            calculated_at: "2026-10-29T18:38:45.10296Z",
            catalog_object_id: "FGQ5JJWT2PYTHF35CKZ2DSKP",
            catalog_object_type: "ITEM_VARIATION",
            location_id: "YYQR03DGCTXA4",
            quantity: "10",
            state: "IN_STOCK",
          },
        ],
      },
    },
  });
});
