import type { Bincard } from "@bincard/client";
import type { Location } from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { askLocations } from "./asking.ts";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { collect } from "./listing.ts";
import { unlessOutOfScope } from "./out-of-scope.ts";

/** Every location, or `undefined` when the token may not read them. */
export function allLocations(client: Bincard): Promise<Location[] | undefined> {
  return unlessOutOfScope(collect(askLocations(client)));
}

/** The location that people mean: an id, a name, or a name in other capitals. */
export function pickLocation(known: readonly Location[], given: string): Location {
  const exact = known.find(({ id }) => id === given) ?? known.find(({ name }) => name === given);
  if (exact !== undefined) return exact;
  const folded = known.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  const [first, ...others] = folded;
  if (first !== undefined && others.length === 0) return first;
  throw new Complaint("NOT_FOUND", `no location has the id or name "${given}"`, {
    exitCode: EXIT_CODES.missing,
    hint:
      didYouMean(
        given,
        known.flatMap(({ id, name }) => [name, id]),
      ) ?? (known.length === 0 ? "bincard locations create NAME" : `known: ${namesOf(known)}`),
  });
}

/** Ids of the locations named. A token that may not read locations must name them by id. */
export async function locationIds(client: Bincard, given: readonly string[]): Promise<string[]> {
  if (given.length === 0) return [];
  const known = await allLocations(client);
  return given.map((name) => (known === undefined ? name : pickLocation(known, name).id));
}

/** The same for a question: an id of which nothing is known would be answered with nothing at all. */
export async function askedLocationIds(
  client: Bincard,
  given: readonly string[],
): Promise<string[]> {
  if (given.length === 0) return [];
  const known = await allLocations(client);
  if (known !== undefined) return given.map((name) => pickLocation(known, name).id);
  for (const id of given) {
    if (await hasHistory(client, id)) continue;
    throw new Complaint("NOT_PERMITTED", `nothing is known of a location with the id "${id}"`, {
      exitCode: EXIT_CODES.access,
      hint: "this token lacks MERCHANT_PROFILE_READ, so a location must be named by its id",
    });
  }
  return [...given];
}

/** Whether anything ever happened there; yes for a token that may not ask. */
async function hasHistory(client: Bincard, locationId: string): Promise<boolean> {
  const page = await unlessOutOfScope(client.changes.list({ locationIds: [locationId], limit: 1 }));
  return page === undefined || page.changes.length > 0;
}

/** Where a stock verb works: the location named, else the only active one there is. */
export async function theLocationId(client: Bincard, given: string | undefined): Promise<string> {
  const known = await allLocations(client);
  if (given !== undefined) return known === undefined ? given : pickLocation(known, given).id;
  const active = known?.filter(({ status }) => status === "ACTIVE") ?? [];
  const [only, ...others] = active;
  if (only !== undefined && others.length === 0) return only.id;
  throw new Complaint("USAGE", "which location?", {
    exitCode: EXIT_CODES.usage,
    hint:
      active.length === 0
        ? "name one: --location LOCATION"
        : `name one: --location ${quoted(active[0]?.name ?? "")} (known: ${namesOf(active)})`,
  });
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(name);
}

function namesOf(locations: readonly Location[]): string {
  const names = locations.slice(0, 8).map(({ name }) => `"${name}"`);
  return names.join(", ") + (locations.length > names.length ? ", …" : "");
}
