import type { Command } from "commander";
import { type Declare, declareGroup } from "../declare.ts";
import { EXTENT, type ExtentOptions } from "./reading.ts";

export interface CreateLocationOptions {
  readonly id?: string;
  readonly description?: string;
  readonly timezone?: string;
}
export interface UpdateLocationOptions {
  readonly name?: string;
  readonly description?: string;
  readonly timezone?: string;
  readonly status?: string;
}

const LOCATION = { name: "<location>", about: "id or name" };

/** Where stock lies. */
export function declarePlaces(program: Command, declare: Declare): void {
  const locations = declareGroup(program, "locations", "shops, warehouses, vans");
  const commands = () => import("../commands/locations.ts");
  declare<ExtentOptions>(locations, {
    name: "list",
    about: "every location, oldest first",
    options: EXTENT,
    examples: ["bincard locations list"],
    action: async (context, call) => (await commands()).listLocations(context, call),
  });
  declare(locations, {
    name: "get",
    args: [LOCATION],
    about: "one location",
    examples: ["bincard locations get Main"],
    action: async (context, call) => (await commands()).getLocation(context, call),
  });
  declare<CreateLocationOptions>(locations, {
    name: "create",
    args: [{ name: "<name>", about: "unique among the merchant's" }],
    about: "a new location",
    options: [
      { flags: "--id <id>", about: "an id of your own" },
      { flags: "--description <text>", about: "what it is" },
      { flags: "--timezone <zone>", about: "IANA time zone, such as Europe/Berlin" },
    ],
    examples: ["bincard locations create Warehouse --timezone Europe/Berlin"],
    action: async (context, call) => (await commands()).createLocation(context, call),
  });
  declare<UpdateLocationOptions>(locations, {
    name: "update",
    args: [LOCATION],
    about: "change a location; what is not named stays",
    options: [
      { flags: "--name <name>", about: "new name" },
      { flags: "--description <text>", about: "new description" },
      { flags: "--timezone <zone>", about: "new time zone" },
      { flags: "--status <status>", about: "new status", choices: ["ACTIVE", "INACTIVE"] },
    ],
    examples: ["bincard locations update Warehouse --name Depot"],
    action: async (context, call) => (await commands()).updateLocation(context, call),
  });
}
