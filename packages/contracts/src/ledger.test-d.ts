import type { Principal } from "./access.ts";
import type { Change, CreateChangesOutput, ParsedChange } from "./change.ts";
import type { Ledger } from "./ledger.ts";
import type { Operations } from "./operations.ts";

/** Checked by `tsc --noEmit`: what the ledger is handed, and what it answers. */
type Equal<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Expect<Truth extends true> = Truth;

type Create = Ledger["changes"]["create"];
type Handed = Parameters<Create>[1];
type ParsedAdjustment = Extract<ParsedChange, { type: "ADJUSTMENT" }>;

export type ThePort = [
  Expect<Equal<keyof Ledger, keyof Operations>>,
  Expect<Equal<Parameters<Create>[0], Principal>>,
  Expect<Equal<Awaited<ReturnType<Create>>, CreateChangesOutput>>,
];

export type WhatItIsHanded = [
  // Parsed, an adjustment names both of its sides, and what may be left out is filled in.
  Expect<Equal<Handed["changes"], ParsedChange[]>>,
  Expect<Equal<ParsedAdjustment["fromLocationId"], string>>,
  Expect<Equal<ParsedAdjustment["toLocationId"], string>>,
  Expect<Equal<"locationId" extends keyof ParsedAdjustment ? true : false, false>>,
  Expect<Equal<Handed["ignoreUnchangedCounts"], boolean>>,
  // L12: no float touches a quantity.
  Expect<Equal<ParsedChange["quantity"], string>>,
  Expect<Equal<Change["quantity"], string>>,
];
