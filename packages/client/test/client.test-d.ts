import type {
  Bincard,
  BincardError,
  ErrorCode,
  isBincardError,
  KeyedInput,
  OperationName,
  RowOf,
} from "@bincard/client";
import type {
  CatalogObject,
  Change,
  ChangeInput,
  Count,
  CreateChangesOutput,
  FailureCode,
  Location,
  Merchant,
  Operations,
  State,
  TokenInfo,
  VerifyOutput,
} from "@bincard/contracts";

/** Checked by `tsc --noEmit`: what a consumer of the client sees. */
type Equal<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Expect<Truth extends true> = Truth;
type Not<Truth extends boolean> = Truth extends true ? false : true;
type Accepts<Method extends (...given: never) => unknown, Given extends readonly unknown[]> =
  Given extends Parameters<Method> ? true : false;
type Answer<Method extends (...given: never) => unknown> = Awaited<ReturnType<Method>>;
type Row<Generator> = Generator extends AsyncGenerator<infer Each> ? Each : never;

type ContractNames = {
  [Room in keyof Operations]: `${Room}.${keyof Operations[Room] & string}`;
}[keyof Operations];
type ClientNames = {
  [Room in Exclude<keyof Bincard, "trpc">]: `${Room}.${keyof Bincard[Room] & string}`;
}[Exclude<keyof Bincard, "trpc">];

export type TheSurface = [
  Expect<Equal<OperationName, ContractNames>>,
  Expect<Equal<ClientNames, ContractNames>>,
];

export type WhatComesBack = [
  Expect<Equal<Answer<Bincard["changes"]["create"]>, CreateChangesOutput>>,
  Expect<Equal<Answer<Bincard["changes"]["get"]>, { change: Change }>>,
  Expect<Equal<Answer<Bincard["counts"]["list"]>["counts"], Count[]>>,
  Expect<Equal<Answer<Bincard["counts"]["list"]>["cursor"], string | undefined>>,
  Expect<Equal<Answer<Bincard["catalog"]["get"]>, { object: CatalogObject }>>,
  Expect<Equal<Answer<Bincard["ledger"]["verify"]>, VerifyOutput>>,
  Expect<Equal<Count["state"], State>>,
  Expect<Equal<Count["quantity"], string>>,
];

export type WhatForAwaitGives = [
  Expect<Equal<Row<ReturnType<Bincard["changes"]["list"]["each"]>>, Change>>,
  Expect<Equal<Row<ReturnType<Bincard["changes"]["ofObject"]["each"]>>, Change>>,
  Expect<Equal<Row<ReturnType<Bincard["counts"]["list"]["each"]>>, Count>>,
  Expect<Equal<Row<ReturnType<Bincard["counts"]["ofObject"]["each"]>>, Count>>,
  Expect<Equal<Row<ReturnType<Bincard["catalog"]["list"]["each"]>>, CatalogObject>>,
  Expect<Equal<Row<ReturnType<Bincard["locations"]["list"]["each"]>>, Location>>,
  Expect<Equal<Row<ReturnType<Bincard["merchants"]["list"]["each"]>>, Merchant>>,
  Expect<Equal<Row<ReturnType<Bincard["tokens"]["list"]["each"]>>, TokenInfo>>,
  Expect<Equal<RowOf<"counts.list">, Count>>,
  Expect<
    Equal<Row<ReturnType<Bincard["counts"]["list"]["pages"]>>, Answer<Bincard["counts"]["list"]>>
  >,
];

export type WhatGoesIn = [
  // The key is the client's business unless the caller has one.
  Expect<Accepts<Bincard["changes"]["create"], [{ changes: ChangeInput[] }]>>,
  Expect<
    Accepts<Bincard["changes"]["create"], [{ changes: ChangeInput[]; idempotencyKey: string }]>
  >,
  Expect<Equal<KeyedInput<"changes.create">["idempotencyKey"], string | undefined>>,
  // Nothing where everything is optional, and something where it is not.
  Expect<Accepts<Bincard["counts"]["list"], []>>,
  Expect<Accepts<Bincard["tokens"]["current"], []>>,
  Expect<Accepts<Bincard["counts"]["list"]["each"], []>>,
  Expect<Not<Accepts<Bincard["counts"]["ofObject"], []>>>,
  Expect<Not<Accepts<Bincard["locations"]["get"], [{}]>>>,
  Expect<Accepts<Bincard["counts"]["list"], [{ limit: 2 }, { timeoutMs: 5; signal: AbortSignal }]>>,
  // No floats, no unknown states.
  Expect<Not<Accepts<Bincard["counts"]["list"], [{ states: "IN_STOCK"[]; limit: string }]>>>,
  Expect<Not<Equal<ChangeInput["quantity"], number>>>,
  Expect<Not<Accepts<Bincard["counts"]["list"], [{ states: "SHELVED"[] }]>>>,
];

export type WhatIsThrown = [
  Expect<
    Equal<ErrorCode, FailureCode | "NETWORK_FAULT" | "TIMED_OUT" | "UNREADABLE_ANSWER" | "ABORTED">
  >,
  Expect<Equal<BincardError["code"], ErrorCode>>,
  Expect<Equal<BincardError["idempotencyKey"], string | undefined>>,
  Expect<typeof isBincardError extends ((error: unknown) => error is BincardError) ? true : false>,
];
