import { askLocations } from "../asking.ts";
import { LOCATION_COLUMNS } from "../columns.ts";
import type { Context } from "../context.ts";
import type { CreateLocationOptions, UpdateLocationOptions } from "../declarations/places.ts";
import type { ExtentOptions } from "../declarations/reading.ts";
import type { Call } from "../declare.ts";
import { printListing } from "../extent.ts";
import { locationIds } from "../named-location.ts";
import { printOne } from "../print.ts";

export async function listLocations(context: Context, { options }: Call<ExtentOptions>) {
  await printListing(context, {
    ask: askLocations(await context.client()),
    options,
    view: { columns: LOCATION_COLUMNS, show: (rows) => rows },
  });
}

export async function getLocation(context: Context, { args }: Call<unknown>) {
  const client = await context.client();
  const [id = ""] = await locationIds(client, args);
  const { location } = await client.locations.get({ id });
  await printOne(context, location, { columns: LOCATION_COLUMNS, row: location });
}

export async function createLocation(
  context: Context,
  { args: [name = ""], options: { id, description, timezone } }: Call<CreateLocationOptions>,
) {
  const client = await context.client();
  const { location } = await client.locations.create({
    name,
    ...(id !== undefined && { id }),
    ...(description !== undefined && { description }),
    ...(timezone !== undefined && { timezone }),
  });
  await printOne(context, location, { columns: LOCATION_COLUMNS, row: location });
}

export async function updateLocation(
  context: Context,
  { args, options: { name, description, timezone, status } }: Call<UpdateLocationOptions>,
) {
  const client = await context.client();
  const [id = ""] = await locationIds(client, args);
  const { location } = await client.locations.update({
    id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(timezone !== undefined && { timezone }),
    ...(status !== undefined && { status: status === "INACTIVE" ? "INACTIVE" : "ACTIVE" }),
  });
  await printOne(context, location, { columns: LOCATION_COLUMNS, row: location });
}
