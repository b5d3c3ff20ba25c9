import type { Router, RouterInputs, RouterOutputs } from "@bincard/api";

/**
 * The API's operations as types, read from its router; nothing of the server exists at run time.
 */
type Rooms = Router["_def"]["record"];
type Room = keyof RouterInputs;
type Verb<R extends Room> = keyof RouterInputs[R] & string;

/** "changes.create", "counts.list", … */
export type OperationName = { [R in Room]: `${R}.${Verb<R>}` }[Room];

type KindOf<Name extends OperationName> = Name extends `${infer R extends Room}.${infer V}`
  ? V extends keyof Rooms[R]
    ? Rooms[R][V] extends { _def: { type: infer Kind } }
      ? Kind
      : never
    : never
  : never;
type OfKind<Kind> = {
  [Name in OperationName]: KindOf<Name> extends Kind ? Name : never;
}[OperationName];

export type InputOf<Name extends OperationName> = Name extends `${infer R extends Room}.${infer V}`
  ? V extends keyof RouterInputs[R]
    ? RouterInputs[R][V]
    : never
  : never;
export type OutputOf<Name extends OperationName> = Name extends `${infer R extends Room}.${infer V}`
  ? V extends keyof RouterOutputs[R]
    ? RouterOutputs[R][V]
    : never
  : never;

/** Operations that take an idempotency key. */
export type KeyedName = {
  [Name in OperationName]: InputOf<Name> extends { idempotencyKey: string } ? Name : never;
}[OperationName];
/** Operations that take the cursor they answer with: listings, in pages. */
export type ListingName = {
  [Name in OperationName]: "cursor" extends keyof InputOf<Name> & keyof OutputOf<Name>
    ? Name
    : never;
}[OperationName];
export type QueryName = Exclude<OfKind<"query">, ListingName>;
export type SubscriptionName = OfKind<"subscription">;
export type MutationName = Exclude<OfKind<"mutation">, KeyedName>;

/** The field of a page that holds its rows. */
export type RowsField<Name extends ListingName> = {
  [Field in keyof OutputOf<Name>]: OutputOf<Name>[Field] extends readonly unknown[] ? Field : never;
}[keyof OutputOf<Name>] &
  string;
/** One row of a listing. */
export type RowOf<Name extends ListingName> = OutputOf<Name>[keyof OutputOf<Name> &
  RowsField<Name>] extends readonly (infer Row)[]
  ? Row
  : never;
